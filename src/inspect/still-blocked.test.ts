/** Shows that a thread which has gone on is told from one that is blocked still. */
import assert from "node:assert/strict";
import { until } from "../../tests/harness/deadline.ts";
import { startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { lookAt } from "../../tests/inspect/look.ts";
import { isStillBlocked } from "./still-blocked.ts";

test("isStillBlocked() is true until the thread goes on", async () => {
  const peer = await startPeer("cat", []);
  const call = await until("cat to read", () => lookAt(peer.pid).threads[0]?.syscall);
  const isStill = (changes = {}): boolean =>
    isStillBlocked(peer.pid, peer.pid, { ...call, ...changes });
  assert.equal(isStill(), true);
  assert.equal(isStill({ number: call.number + 1 }), false);
  assert.equal(isStill({ arguments: [7n, ...call.arguments.slice(1)] }), false);
  assert.equal(isStill({ stackPointer: call.stackPointer + 8n }), false);
  peer.end();
  await peer.ended();
  assert.equal(isStill(), false);
});
