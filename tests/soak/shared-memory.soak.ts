/** Long use of segments and memory makes nothing grow: not memory, not mappings, not descriptors. */
import assert from "node:assert/strict";
import { constants } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { ReservedRange, SysvSharedMemory } from "linux-ipc/shared-memory";
import { scaled } from "../harness/scale.ts";
import { type TestScene, test } from "../harness/test.ts";
import { attached, privateSegment } from "../shared-memory/segment.ts";
import { growthOf, type Memory } from "./growth.ts";

/**
 * What an operation may leave, in bytes: among JavaScript's objects, in what malloc gave, and in all
 * resident memory, where the least is a page. See message-queue.soak.ts.
 */
const bytesMax = 64;
const residentBytesMax = 1_024;

/** V8 and malloc map and unmap as they like; a mapping that is forgotten is one an operation. */
const mappingsMax = 200;

interface Held {
  readonly descriptors: number;
  readonly mappings: number;
}

function held(): Held {
  const mappings = readFileSync("/proc/self/maps", "latin1").split("\n").length;
  return { descriptors: readdirSync("/proc/self/fd").length, mappings };
}

/** Does it a thousand times first, so that what is made once is made; then nothing may grow. */
async function assertNoGrowth(
  scene: TestScene,
  count: number,
  step: (index: number) => void,
): Promise<void> {
  const work = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index++) {
      step(index);
      if (index % 1_000 === 0) await new Promise(setImmediate);
    }
  };
  await work(1_000);
  const before = held();
  const growth = await growthOf(count, work);
  const after = held();
  scene.diagnostic(`${count}: ${wordsFor(growth)}; ${after.mappings} mappings`);
  assert.ok(growth.heap < bytesMax, `an operation leaves ${growth.heap} bytes in the heap`);
  assert.ok(growth.allocated < bytesMax, `an operation leaves ${growth.allocated} bytes of malloc`);
  assert.ok(
    growth.native < residentBytesMax,
    `an operation leaves ${growth.native} resident bytes`,
  );
  assert.equal(after.descriptors, before.descriptors);
  assert.ok(after.mappings < before.mappings + mappingsMax, `${after.mappings} mappings`);
}

function wordsFor({ heap, allocated, native }: Memory): string {
  const figures = [heap, allocated, native].map((bytes) => bytes.toFixed(1));
  return `an operation leaves ${figures.join(", ")} B (heap, malloc, all native memory)`;
}

const settings = { needs: ["unsanitized"], timeoutMs: 3_600_000 } as const;

test("attach() and close() a million times make nothing grow", settings, async (scene) => {
  const segment = privateSegment(scene);
  await assertNoGrowth(scene, scaled(1_000_000), () => segment.attach().close());
  assert.equal(segment.stat().attachments, 0);
});

test("bytes and close() a million times make nothing grow", settings, async (scene) => {
  const segment = privateSegment(scene);
  await assertNoGrowth(scene, scaled(1_000_000), (index) => {
    using memory = segment.attach();
    memory.bytes[index % memory.sizeBytes] = 1;
  });
  assert.equal(segment.stat().attachments, 0);
});

/**
 * Where a Buffer cannot have all of the memory, each window is an ArrayBuffer of its own. Elsewhere
 * so much memory would only make V8 collect at each turn.
 */
const windowedBytes = constants.MAX_LENGTH < 5 * 2 ** 30 ? 5 * 2 ** 30 : 10_000;

test("window() and close() 500,000 times make nothing grow", settings, async (scene) => {
  const segment = privateSegment(scene, { sizeBytes: windowedBytes, noReserve: true });
  await assertNoGrowth(scene, scaled(500_000), (index) => {
    using memory = segment.attach();
    memory.window(index % 4_096, 8)[0] = 1;
    memory.window(4_096, 8)[0] = 1;
  });
  assert.equal(segment.stat().attachments, 0);
});

test("attach() in a range 500,000 times makes nothing grow", settings, async (scene) => {
  const segment = privateSegment(scene);
  using range = ReservedRange.reserve(2 ** 20);
  await assertNoGrowth(scene, scaled(500_000), (index) => {
    using memory = segment.attach({ range, offset: (index % 8) * 65_536 });
    if (index % 2 === 0) memory.bytes[0] = 1;
  });
  assert.equal(segment.stat().attachments, 0);
});

test("damage and close() 200,000 times make nothing grow", settings, async (scene) => {
  const segment = privateSegment(scene);
  await assertNoGrowth(scene, scaled(200_000), () => {
    using memory = segment.attach({ readOnly: true });
    memory.bytes[5_000] = 1;
    assert.equal(memory.damage, "forbidden-access");
  });
});

test("views 4 million times make nothing grow", settings, async (scene) => {
  const memory = attached(scene, privateSegment(scene));
  await assertNoGrowth(scene, scaled(4_000_000), (index) => {
    memory.view(Int32Array, (index % 100) * 4)[0] = index;
    memory.read(index % 100, 20);
    memory.write(index % 100, "twenty bytes of text");
  });
});

test("open() and remove() a million times make nothing grow", settings, async (scene) => {
  await assertNoGrowth(scene, scaled(1_000_000), () => {
    const segment = SysvSharedMemory.open(0, { sizeBytes: 4_096 });
    segment.remove();
  });
});
