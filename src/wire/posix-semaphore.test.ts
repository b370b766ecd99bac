/** Shows that a semaphore's value and its waiters are read as both C libraries keep them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { anyBytes } from "../../tests/inspect/any-bytes.ts";
import { decodePosixSemaphore } from "./posix-semaphore.ts";

const golden = new Uint8Array(Uint32Array.of(5, 2, 128, 0, 0, 0, 0, 0).buffer);

test("decodePosixSemaphore() reads the value and how many wait", () => {
  assert.deepEqual(decodePosixSemaphore(golden), { value: 5, waiters: 2 });
  assert.deepEqual(decodePosixSemaphore(golden.subarray(0, 8)), { value: 5, waiters: 2 });
  assert.equal(decodePosixSemaphore(golden.subarray(0, 7)), undefined);
});

test("decodePosixSemaphore() leaves out the bit by which musl says that somebody waits", () => {
  const musl = new Uint8Array(Uint32Array.of(0x80000000, 1, 0).buffer);
  assert.deepEqual(decodePosixSemaphore(musl), { value: 0, waiters: 1 });
});

test("decodePosixSemaphore() takes any bytes", () => {
  const property = fc.property(anyBytes(golden), (bytes) => {
    const semaphore = decodePosixSemaphore(bytes);
    assert.equal(semaphore === undefined, bytes.length < 8);
    if (semaphore !== undefined) assert.ok(semaphore.value >= 0 && semaphore.waiters >= 0);
  });
  fc.assert(property, { numRuns: 2_000 });
});
