/** Many threads of one process use a set at the same time. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { scaled } from "../harness/scale.ts";
import { test } from "../harness/test.ts";
import type { Counting } from "./programs/count.ts";
import { startWorker } from "./programs.ts";
import { privateSet } from "./set.ts";

const places = 8;
const times = scaled(20_000);

test("eight workers count under one semaphore, half of them blocking, and lose none", {
  timeoutMs: 120_000,
}, async (scene) => {
  const set = privateSet(scene, 1);
  const counter = new SharedArrayBuffer(4);
  const workers = Array.from({ length: places }, (_, place) => {
    const data: Counting = { id: set.id, place, times, counter };
    return startWorker("count", data);
  });
  scene.after(() => Promise.all(workers.map((worker) => worker.terminate())));
  const ended = await Promise.all(workers.map((worker) => once(worker, "exit")));
  assert.deepEqual(
    ended,
    workers.map(() => [0]),
  );
  assert.equal(new Int32Array(counter)[0], places * times);
  assert.equal(set.value(0), 1);
});
