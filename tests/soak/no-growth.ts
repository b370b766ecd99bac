/** Nothing may grow, however often a thing is done: not memory, not descriptors, not threads. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import type { TestScene } from "../harness/test.ts";
import { growthOf, type Memory } from "./growth.ts";

/**
 * What an operation may leave among JavaScript's objects and in what malloc gave, in bytes. The
 * counts below are such that looking is wrong by less, and the smallest thing that the addon could
 * forget, a slot of 208 bytes, is more.
 */
const bytesMax = 64;

/** A wait that is called off makes more garbage, and there are fewer of them to look at. */
export const bytesOfWaitMax = 128;

/**
 * Resident memory also grows, for tens of thousands of waits, by what Node makes while it gets
 * faster: it shows only what is mapped and forgotten, of which a page is the least.
 */
const residentBytesMax = 1_024;

interface Held {
  readonly descriptors: number;
  readonly threads: number;
}

function held(): Held {
  const descriptors = readdirSync("/proc/self/fd").length;
  const threads = readdirSync("/proc/self/task").length;
  return { descriptors, threads };
}

/** Does it a thousand times first, so that what is made once is made; then nothing may grow. */
export async function assertNoGrowth(
  scene: TestScene,
  count: number,
  work: (count: number) => Promise<void>,
  most: number = bytesMax,
): Promise<void> {
  await work(1_000);
  const before = held();
  const began = performance.now();
  const growth = await growthOf(count, work);
  const seconds = (performance.now() - began) / 1_000;
  const after = held();
  scene.diagnostic(`${count} in ${seconds.toFixed(1)} s; ${wordsFor(growth)}`);
  scene.diagnostic(`${after.descriptors} descriptors, ${after.threads} threads`);
  assert.ok(growth.heap < most, `an operation leaves ${growth.heap} bytes in the heap`);
  assert.ok(growth.allocated < most, `an operation leaves ${growth.allocated} bytes of malloc`);
  const { native } = growth;
  assert.ok(native < residentBytesMax, `an operation leaves ${native} resident bytes`);
  assert.equal(after.descriptors, before.descriptors);
  assert.ok(after.threads <= before.threads, `${before.threads}, then ${after.threads} threads`);
}

function wordsFor({ heap, allocated, native }: Memory): string {
  const figures = [heap, allocated, native].map((bytes) => bytes.toFixed(1));
  return `an operation leaves ${figures.join(", ")} B (heap, malloc, all native memory)`;
}
