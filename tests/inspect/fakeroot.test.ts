/**
 * A real application seen alive: fakeroot's daemon talks with the programs beneath it through two
 * message queues and guards them with a semaphore, all of neighbouring keys.
 */
import assert from "node:assert/strict";
import { listSysvMessageQueues } from "linux-ipc";
import { leaks, snapshot, who, why } from "linux-ipc/inspect";
import { until } from "../harness/deadline.ts";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";

const application = { needs: ["fakeroot", "isolated"] } as const;

test(
  "snapshot() shows fakeroot's queues, its semaphore and its waiting daemon",
  application,
  async (scene) => {
    const peer = await startPeer("fakeroot-sysv", ["sh", "-c", "touch /dev/null; exec cat"]);
    scene.after(async () => {
      peer.end();
      await peer.ended();
      await until("the daemon to tidy up", () => listSysvMessageQueues().length === 0);
    });
    const state = await until("the daemon to wait", async () => {
      const seen = await snapshot();
      return seen.waits.some(({ operation }) => operation === "receive") ? seen : undefined;
    });
    const objects = (kind: string): typeof state.objects =>
      state.objects.filter((object) => object.kind === kind);
    const queues = objects("msg");
    const [set] = objects("sem");
    assert.equal(queues.length, 2);
    const keys = [...queues, set].map((object) => Number(object?.details["key"]) >>> 0);
    const [lowest = 0] = keys.toSorted((left, right) => left - right);
    assert.deepEqual(
      keys.toSorted((left, right) => left - right),
      [lowest, lowest + 1, lowest + 2],
    );
    const [wait] = state.waits;
    const daemon = state.processes.find(({ pid }) => pid === wait?.pid);
    assert.match(daemon?.comm ?? "", /^faked/);
    assert.deepEqual(who(state, wait?.object ?? "")?.waits, [wait]);
    assert.match(why(state, wait?.pid ?? 0)?.text.join(" ") ?? "", /faked.*message/s);
    assert.deepEqual(leaks(state), []);
  },
);
