/** A user whose queue of signals is full: waits under way still end, new ones say why they cannot. */
import assert from "node:assert/strict";
import { SysvMessageQueue } from "linux-ipc/message-queue";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";

const program = `
use POSIX ();
POSIX::sigprocmask(POSIX::SIG_BLOCK(), POSIX::SigSet->new(40));
$| = 1;
# rt_sigqueueinfo(pid, signal, info): each is one more in the user's queue, until it is full.
my $info = pack("iiii x112", 40, 0, -1, 0);
1 while syscall(129, $$, 40, $info) == 0;
print "full\\n";
<STDIN>;
`;

const needs = ["perl", "isolated", "unsanitized"] as const;

test("an abort ends a wait although another process has filled the queue of signals", {
  needs,
}, async (scene) => {
  if (process.arch !== "x64") return;
  const queue = SysvMessageQueue.open(0);
  scene.after(() => {
    queue.remove();
    queue.close();
  });
  await assert.rejects(queue.receive({ timeoutMs: 1 }), { code: "ETIMEDOUT" });
  const controller = new AbortController();
  const waiting = queue.receive({ signal: controller.signal });
  await using peer = await startPeer("perl", ["-e", program]);
  assert.equal(await peer.line(), "full");
  controller.abort();
  await assert.rejects(waiting, { name: "AbortError" });
  peer.end();
  await peer.ended();
});
