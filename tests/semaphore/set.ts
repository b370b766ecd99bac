/** Sets for tests: each is gone when its test has ended, whatever happened. */
import { randomInt } from "node:crypto";
import {
  PhpSemaphore,
  type PhpSemaphoreOptions,
  SysvSemaphoreSet,
  type SysvSemaphoreSetOptions,
} from "linux-ipc/semaphore";
import type { TestScene } from "../harness/test.ts";

/** A new set without a key, with these values. */
export function privateSet(scene: TestScene, ...initial: readonly number[]): SysvSemaphoreSet {
  return removedAfter(scene, SysvSemaphoreSet.open(0, { initial }));
}

/** A key that no set has, as far as chance goes: the tests run in a namespace of their own. */
export function freeKey(): number {
  return randomInt(1, 2 ** 31 - 1);
}

/** The set of a key, made if need be. */
export function keyedSet(
  scene: TestScene,
  key: number,
  options: SysvSemaphoreSetOptions,
): SysvSemaphoreSet {
  return removedAfter(scene, SysvSemaphoreSet.open(key, { create: true, ...options }));
}

/** PHP's semaphore of a key, made if need be. */
export function phpSemaphore(
  scene: TestScene,
  key: number,
  options: PhpSemaphoreOptions = {},
): PhpSemaphore {
  return removedAfter(scene, PhpSemaphore.open(key, options));
}

/** Removes the set, unless it is removed already, and closes the handle. */
function removedAfter<Semaphore extends { readonly id: number; close(): void }>(
  scene: TestScene,
  semaphore: Semaphore,
): Semaphore {
  scene.after(() => {
    removeById(semaphore.id);
    semaphore.close();
  });
  return semaphore;
}

/** The test may have closed its handle or removed the set: both are as good. */
export function removeById(id: number): void {
  try {
    using set = SysvSemaphoreSet.byId(id);
    set.remove();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EINVAL" && code !== "EIDRM") throw error;
  }
}
