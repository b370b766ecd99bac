/** Queues of another IPC namespace. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { startPeer } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { listSysvMessageQueuesIn } from "./sysv-namespace.ts";
import { listSysvMessageQueues } from "./sysv-status.ts";

const needs = ["namespaces", "util-linux"] as const;

test("listSysvMessageQueuesIn() sees queues that are not ours, and we stay here", {
  needs,
}, async () => {
  const script = "ipcmk -Q -p 640 && ipcmk -Q && read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  const ids = [await peer.line(), await peer.line()].map((line) => Number(line.split(": ")[1]));
  const home = readlinkSync("/proc/self/ns/ipc");
  const { queues, limits } = await listSysvMessageQueuesIn(peer.pid);
  assert.deepEqual(
    queues.map(({ id }) => id),
    ids,
  );
  assert.equal(queues[0]?.mode, 0o640);
  assert.equal(limits.queues, 2);
  assert.equal(readlinkSync("/proc/self/ns/ipc"), home);
  assert.deepEqual(listSysvMessageQueues(), []);
  const byPath = await listSysvMessageQueuesIn(`/proc/${peer.pid}/ns/ipc`);
  assert.deepEqual(byPath, { queues, limits });
  peer.end();
  await peer.ended();
});

test("listSysvMessageQueuesIn() makes room for as many queues as there are", {
  needs,
}, async () => {
  const script =
    "i=0; while [ $i -lt 80 ]; do ipcmk -Q; i=$((i+1)); done >/dev/null; echo; read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  await peer.line();
  assert.equal((await listSysvMessageQueuesIn(peer.pid)).queues.length, 80);
  peer.end();
  await peer.ended();
});

test("listSysvMessageQueuesIn() says why it cannot enter", async () => {
  const net = listSysvMessageQueuesIn("/proc/self/ns/net");
  await assert.rejects(net, { code: "EINVAL", syscall: "setns", hint: /not an IPC namespace/ });
  await assert.rejects(listSysvMessageQueuesIn(2 ** 22), { code: "ENOENT", syscall: "open" });
  await assert.rejects(listSysvMessageQueuesIn(0), { code: "ERR_OUT_OF_RANGE" });
  const wrong = {} as unknown as number;
  await assert.rejects(listSysvMessageQueuesIn(wrong), { code: "ERR_INVALID_ARG_TYPE" });
  const signal = AbortSignal.abort();
  await assert.rejects(listSysvMessageQueuesIn(1, { signal }), { code: "ABORT_ERR" });
});
