/** The command on POSIX message queues: nothing in it knows them. */
import assert from "node:assert/strict";
import { commandFile, ipc, ipcAsNobody, parsed } from "../cli/ipc.ts";
import { runPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { forNode } from "../inspect/look.ts";
import { asleep, mqPeer } from "./mq-peers.ts";

const settings = { needs: ["python", "isolated"] } as const;

test("ls, show, who and why speak of a queue", settings, async (scene) => {
  const sender = await mqPeer(scene, "send", "/full");
  await asleep(sender.pid);
  const { stdout } = await ipc(["ls", "mq"]);
  const row = `^mq:/full +\\S+ +2/2 messages 100% +w1 +1 send\\(.* python3\\[${sender.pid}\\] → .* FULL`;
  assert.match(stdout, new RegExp(row, "m"));
  const [number = ""] = /mq:\d+/.exec((await ipc(["show", "mq:/full"])).stdout) ?? [];
  const shown = (await ipc(["show", number])).stdout;
  assert.match(shown, /^mq:\/full +POSIX message queue$/m);
  assert.match(shown, /^ +message bytes max +64$/m);
  const who = (await ipc(["who", "mq:/full"])).stdout;
  assert.match(
    who,
    new RegExp(`^python3\\[${sender.pid}\\] .* waits to send +room for one message`, "m"),
  );
  assert.match(who, new RegExp(`^python3\\[${sender.pid}\\] .* has fd \\d+ +write$`, "m"));
  const why = (await ipc(["why", "mq:/full"])).stdout;
  assert.match(why, /^mq:\/full is full: 2 of 2 messages, 10 bytes\.$/m);
});

test("rm unlinks a queue, and says what it could not", settings, async (scene) => {
  const peer = await mqPeer(scene, "leave", "/left");
  await peer.ended();
  assert.equal((await ipcAsNobody(["rm", "mq:/left"])).code, 4);
  assert.equal((await ipc(["rm", "mq:/left"])).code, 0);
  const again = await ipc(["rm", "mq:/left"]);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /mq:\/left/);
  assert.equal((await ipc(["rm", "mq:left"])).code, 2);
  await mqPeer(scene, "leave", "/left"); // for the unlinking after the test
});

test("limits counts the queues", settings, async (scene) => {
  await mqPeer(scene, "hold", "/one");
  await mqPeer(scene, "hold", "/two");
  const { limits } = parsed<{ limits: { name: string; used: number | null }[] }>(
    await ipc(["limits", "--json"]),
  );
  const used = limits.find(({ name }) => name === "fs.mqueue.queues_max")?.used;
  assert.equal(used, 2);
});

test("ls tells on which queues it is blind, and --strict makes that an error", {
  needs: [...settings.needs, "setuid"],
}, async () => {
  const without = 'umount -l /dev/mqueue; exec "$@"';
  const nobody = ["setpriv", "--reuid=65534", "--clear-groups", process.execPath];
  const look = (...words: string[]): ReturnType<typeof runPeer> => {
    const script = ["--mount", "sh", "-c", without, "sh", ...nobody, commandFile, ...words];
    return runPeer("unshare", script, { env: forNode });
  };
  const { code, stderr } = await look("ls", "mq");
  assert.equal(code, 0);
  assert.match(stderr, /^ipc: not seen: The POSIX message queues are not shown \(EPERM\), since /m);
  assert.equal((await look("ls", "mq", "--strict")).code, 3);
});
