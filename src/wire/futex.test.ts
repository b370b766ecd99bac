/** Shows that what lies at a futex is told apart, whatever lies there. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { anyBytes } from "../../tests/inspect/any-bytes.ts";
import { decodeFutexWaiters, decodeGlibcMutex, type GlibcMutex, plausibleMutex } from "./futex.ts";

function bytesOf(...words: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}

/** As glibc 2.36 left them: an ordinary mutex between processes, contended, held by thread 3. */
const held = bytesOf(2, 0, 3, 1, 128);
/** The same of a robust one. */
const robust = bytesOf(0x80000003, 0, 3, 1, 144);

function mutexOf(bytes: Uint8Array): GlibcMutex {
  const mutex = decodeGlibcMutex(bytes, 64);
  assert.ok(mutex);
  return mutex;
}

test("decodeGlibcMutex() reads who holds it, of 64 and of 32 bits", () => {
  const mutex = { lock: 2, count: 0, owner: 3, users: 1, kind: 128 };
  assert.deepEqual(decodeGlibcMutex(held, 64), mutex);
  assert.deepEqual(decodeGlibcMutex(bytesOf(2, 0, 3, 128, 1), 32), mutex);
  assert.equal(decodeGlibcMutex(held.subarray(1), 64), undefined);
});

test("plausibleMutex() takes what is held, and held so as the waiter waits", () => {
  assert.deepEqual(plausibleMutex(mutexOf(held), true), { owner: 3, isRobust: false });
  assert.deepEqual(plausibleMutex(mutexOf(robust), true), { owner: 3, isRobust: true });
  assert.equal(plausibleMutex(mutexOf(held), false), undefined);
  const own = { ...mutexOf(held), kind: 1 };
  assert.deepEqual(plausibleMutex(own, false), { owner: 3, isRobust: false });
});

test("plausibleMutex() refuses what is free, uncontended, or no mutex", () => {
  const mutex = mutexOf(held);
  const others: readonly Partial<GlibcMutex>[] = [
    { owner: 0 },
    { owner: 2 ** 22 + 1 },
    { lock: 1 },
    { users: 0 },
    { kind: 128 + 1024 },
    { kind: 128 + 4 },
    { lock: 0x80000004, kind: 144 },
  ];
  for (const one of others) assert.equal(plausibleMutex({ ...mutex, ...one }, true), undefined);
});

test("decodeFutexWaiters() reads the words that futex_waitv(2) waits on", () => {
  const words = bytesOf(7, 0, 0x1000, 0x7f, 130, 0, 9, 0, 0x2000, 0, 2, 0);
  assert.deepEqual(decodeFutexWaiters(words), [
    { value: 7n, address: 0x7f_0000_1000n, flags: 130 },
    { value: 9n, address: 0x2000n, flags: 2 },
  ]);
  assert.equal(decodeFutexWaiters(words.subarray(0, 47)).length, 1);
});

test("the decoders take any bytes", () => {
  const property = fc.property(anyBytes(robust), fc.boolean(), (bytes, isShared) => {
    decodeFutexWaiters(bytes);
    for (const bits of [32, 64] as const) {
      const mutex = decodeGlibcMutex(bytes, bits);
      const found = mutex && plausibleMutex(mutex, isShared);
      if (found !== undefined) assert.ok(found.owner > 0 && found.owner <= 2 ** 22);
    }
  });
  fc.assert(property, { numRuns: 2_000 });
});
