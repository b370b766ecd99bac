/** The memory of another process. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { errnoOf } from "./errno.ts";
import { close } from "./fd.ts";
import { pidfdGetfd, pidfdOpen, processVmRead } from "./process.ts";

const program = `
$| = 1;
my $text = "seen from outside";
printf "%s\\n", unpack("J", pack("p", $text));
<STDIN>;
`;

test("processVmRead() reads what another process has at an address", {
  needs: ["perl"],
}, async () => {
  await using peer = await startPeer("perl", ["-e", program]);
  const address = BigInt(await peer.line());
  const bytes = processVmRead(peer.pid, address, 17);
  assert.equal(Buffer.from(bytes ?? []).toString(), "seen from outside");
  assert.equal(processVmRead(peer.pid, 8n, 4), undefined);
  peer.end();
  await peer.ended();
});

test("processVmRead() gives nothing of a process that does not exist", () => {
  assert.equal(processVmRead(2 ** 22, 4096n, 8), undefined);
});

test("pidfdGetfd() gives a duplicate of another process's descriptor", {
  needs: ["perl"],
}, async () => {
  await using peer = await startPeer("perl", ["-e", program]);
  await peer.line();
  const pidfd = pidfdOpen(peer.pid);
  const fd = pidfdGetfd(pidfd, 0);
  assert.equal(readlinkSync(`/proc/self/fd/${fd}`), readlinkSync(`/proc/${peer.pid}/fd/0`));
  assert.equal(pidfdGetfd(pidfd, 1_000), -errnoOf("EBADF"));
  close(fd);
  close(pidfd);
  peer.end();
  await peer.ended();
});

test("pidfdOpen() says that there is no such process", () => {
  assert.equal(pidfdOpen(2 ** 22), -errnoOf("ESRCH"));
});
