/** Many threads of one process use a queue at the same time. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import { backType, type Place } from "./programs/exchange.ts";
import { startProgram, startWorker } from "./programs.ts";
import { privateQueue } from "./queue.ts";

const places = 8;
const tokens = 24;
const steps = scaled(5_000);

test("eight workers pass messages around, half of them blocking", async (scene) => {
  const queue = privateQueue(scene);
  const workers = Array.from({ length: places }, (_, index) => {
    const data: Place = { id: queue.id, place: index + 1, places, steps };
    return startWorker("exchange", data);
  });
  scene.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  for (let token = 0; token < tokens; token++) {
    const text = Buffer.alloc(8);
    text.writeUInt32BE(token);
    await queue.send((token % places) + 1, text);
  }
  const back: number[] = [];
  while (back.length < tokens) {
    const { data } = await queue.receive({ type: backType, timeoutMs: 50_000 });
    assert.equal(data.readUInt32BE(4), steps);
    back.push(data.readUInt32BE());
  }
  const all = Array.from({ length: tokens }, (_, token) => token);
  assert.deepEqual(
    back.sort((one, two) => one - two),
    all,
  );
  const ended = workers.map((worker) => once(worker, "exit"));
  for (let place = 1; place <= places; place++) await queue.send(place, "");
  assert.deepEqual(
    await Promise.all(ended),
    workers.map(() => [0]),
  );
  assert.equal(queue.stat().messages, 0);
});

/** What a program that uses the package in workers alone says when one has ended. */
interface EndOfWorker {
  readonly waits: readonly string[];
  /** Numbers of real-time signals. */
  readonly caught: readonly number[];
}

test("the addon keeps its signal handlers when the last worker that used it has ended", async () => {
  await using peer = await startProgram("only-workers", [20], { timeoutMs: 40_000 });
  const { code, signal, stdout, stderr } = await peer.ended();
  assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.pop(), "alive");
  const ends = lines.map((line) => JSON.parse(line) as EndOfWorker);
  assert.equal(ends.length, 20);
  const waits = ["ETIMEDOUT", "ETIMEDOUT"];
  const caught = ends[0]?.caught ?? [];
  assert.equal(caught.at(-1), 64, "SIGRTMAX has no handler");
  for (const end of ends) assert.deepEqual(end, { waits, caught });
});
