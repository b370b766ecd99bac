/** Segments for tests: each is gone when its test has ended, whatever happened. */
import { randomInt } from "node:crypto";
import {
  type MappedMemory,
  type SysvAttachOptions,
  SysvSharedMemory,
  type SysvSharedMemoryOptions,
} from "linux-ipc/shared-memory";
import type { TestScene } from "../harness/test.ts";

/** A new segment without a key: of 10,000 bytes, unless said otherwise. */
export function privateSegment(
  scene: TestScene,
  options: SysvSharedMemoryOptions = {},
): SysvSharedMemory {
  return removedAfter(scene, SysvSharedMemory.open(0, { sizeBytes: 10_000, ...options }));
}

/** A key that no segment has, as far as chance goes: the tests run in a namespace of their own. */
export function freeKey(): number {
  return randomInt(1, 2 ** 31 - 1);
}

/** The segment of a key, made if need be. */
export function keyedSegment(
  scene: TestScene,
  key: number,
  options: SysvSharedMemoryOptions = {},
): SysvSharedMemory {
  const all = { create: true, sizeBytes: 10_000, ...options };
  return removedAfter(scene, SysvSharedMemory.open(key, all));
}

/** The segment's memory, detached when the test has ended. */
export function attached(
  scene: TestScene,
  segment: SysvSharedMemory,
  options?: SysvAttachOptions,
): MappedMemory {
  const memory = segment.attach(options);
  scene.after(() => memory.close());
  return memory;
}

/** Removes the segment, unless it is removed already. */
function removedAfter(scene: TestScene, segment: SysvSharedMemory): SysvSharedMemory {
  const { id } = segment;
  scene.after(() => removeById(id));
  return segment;
}

/** The test may have closed its handle or removed the segment: both are as good. */
export function removeById(id: number): void {
  try {
    SysvSharedMemory.byId(id).remove();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "EIDRM") throw error;
  }
}
