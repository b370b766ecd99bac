/** Shows when a second look upholds a circle of waiting. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Snapshot } from "../io/schema.ts";
import { confirm } from "./confirm.ts";
import { type Why, why } from "./why.ts";

const pair = machineOf({
  processes: [processOf(1), processOf(2)],
  objects: [
    objectOf("msg:1", { details: { lastSendPid: 2 } }),
    objectOf("msg:2", { details: { lastSendPid: 1 } }),
  ],
  waits: [waitOf(1, "msg:1", "receive"), waitOf(2, "msg:2", "receive")],
});

function claim(): Why {
  const answer = why(pair, 1);
  assert.equal(answer?.cycle.length, 4);
  return answer;
}

const looks = (snapshot: Snapshot) => (): Promise<Snapshot> => Promise.resolve(snapshot);

test("confirm() upholds a circle that a second snapshot shows, and nobody moved", async () => {
  const again = await confirm(claim(), { look: looks(pair), sign: () => "same" });
  assert.deepEqual(again, claim());
});

test("confirm() drops a circle in which somebody went on, was changed or is gone", async () => {
  let count = 0;
  for (const [snapshot, sign] of [
    [pair, () => String(count++)],
    [pair, () => undefined],
    [{ ...pair, waits: pair.waits.slice(0, 1) }, () => "same"],
    [machineOf({}), () => "same"],
  ] as const) {
    const again = await confirm(claim(), { look: looks(snapshot), sign });
    assert.deepEqual([again.cycle, again.threads], [[], []]);
    assert.match(again.text.at(-1) ?? "", /a second look found them going on: no deadlock/);
    assert.ok(!again.text.some((line) => line.startsWith("=>")));
  }
});

test("confirm() does not look where nothing is claimed", async () => {
  const answer = why({ ...pair, waits: pair.waits.slice(0, 1) }, 1);
  assert.ok(answer);
  assert.equal(await confirm(answer, { look: () => Promise.reject(new Error("looked")) }), answer);
});
