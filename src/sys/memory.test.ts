/** The constants and calls of memory. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import * as memory from "./memory.ts";
import { createRegion, releaseRegion } from "./region.ts";

const names = [
  ...["PROT_NONE", "PROT_READ", "PROT_WRITE", "PROT_EXEC"],
  ...["MAP_SHARED", "MAP_PRIVATE", "MAP_ANONYMOUS"],
  ...["MS_ASYNC", "MS_INVALIDATE", "MS_SYNC", "MLOCK_ONFAULT"],
] as const;

const own: Readonly<Record<string, unknown>> = memory;
const page = 4096;
const EBADF = -9;
const EFAULT = -14;
const EINVAL = -22;

test("every constant is the one of sys/mman.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["sys/mman.h"], names);
  assert.deepEqual(Object.fromEntries(names.map((name) => [name, own[name]])), expected);
});

test("the guard's states are those of native/engines/guard.h", () => {
  const header = readFileSync(new URL("../../../native/engines/guard.h", import.meta.url), "utf8");
  assert.match(header, new RegExp(`GUARD_TRUNCATED = ${memory.GUARD_TRUNCATED}, `));
  assert.match(header, new RegExp(`GUARD_FORBIDDEN = ${memory.GUARD_FORBIDDEN} `));
});

function anonymous(sizeBytes: number): number {
  const flags = memory.MAP_SHARED | memory.MAP_ANONYMOUS;
  const mapping = memory.mmap(-1, 0, sizeBytes, memory.PROT_READ | memory.PROT_WRITE, flags);
  assert.ok(mapping >= 0);
  return mapping;
}

test("mmap() makes memory, windowOf() and wholeOf() show it, and unmap() takes it away", () => {
  const mapping = anonymous(2 * page);
  const whole = memory.wholeOf(mapping);
  const part = memory.windowOf({ mapping, offset: page, sizeBytes: 10 });
  new Uint8Array(whole)[page + 9] = 7;
  assert.equal(new Uint8Array(part)[9], 7);
  assert.equal(memory.sizeOf(mapping), 2 * page);
  assert.equal(memory.guardOf(mapping)(), 0);
  assert.equal(memory.unmap(mapping, whole), 1);
  assert.deepEqual([whole.byteLength, part.byteLength], [0, 0]);
  assert.equal(memory.unmap(mapping), EBADF);
  assert.equal(memory.sizeOf(mapping), EBADF);
  assert.equal(memory.forget(mapping), 0);
  assert.equal(memory.forget(mapping), EBADF);
});

test("unmap() of what had no window is the end of it", () => {
  const mapping = anonymous(page);
  assert.equal(memory.forget(mapping), EBADF);
  assert.equal(memory.unmap(mapping), 0);
  assert.equal(memory.forget(mapping), EBADF);
});

test("the calls on a span take pages of the mapping alone", () => {
  const mapping = anonymous(page + 1);
  const pages = createRegion(8);
  const whole = { mapping, offset: 0, sizeBytes: 2 * page };
  assert.equal(memory.mprotect(whole, memory.PROT_READ | memory.PROT_WRITE), 0);
  assert.equal(memory.madvise({ ...whole, sizeBytes: page }, 4), 0);
  assert.equal(memory.msync(whole, memory.MS_SYNC), 0);
  assert.equal(memory.mlock({ ...whole, sizeBytes: 1 }, 0), 0);
  assert.equal(memory.mlock(whole, memory.MLOCK_ONFAULT), 0);
  assert.equal(memory.munlock(whole), 0);
  assert.equal(memory.mincore(whole, pages), 2);
  for (const wrong of [
    { mapping, offset: 0, sizeBytes: 2 * page + 1 },
    { mapping, offset: 3 * page, sizeBytes: 0 },
    { mapping, offset: -page, sizeBytes: page },
    { mapping: mapping + 1000, offset: 0, sizeBytes: page },
  ]) {
    assert.equal(memory.mprotect(wrong, 0), EFAULT);
    assert.equal(memory.mincore(wrong, pages), EFAULT);
  }
  assert.equal(memory.madvise(whole, 100), EINVAL, "MADV_HWPOISON");
  assert.equal(memory.madvise(whole, 101), EINVAL, "MADV_SOFT_OFFLINE");
  assert.equal(memory.unmap(mapping), 0);
  releaseRegion(pages);
});

test("mmap() never maps where the caller says", () => {
  const MAP_FIXED = 0x10;
  const MAP_FIXED_NOREPLACE = 0x100000;
  for (const flag of [MAP_FIXED, MAP_FIXED_NOREPLACE]) {
    const flags = memory.MAP_PRIVATE | memory.MAP_ANONYMOUS | flag;
    assert.equal(memory.mmap(-1, 0, page, memory.PROT_READ, flags), EINVAL);
  }
});

test("reserve() gives address space that nobody sees", () => {
  const mapping = memory.reserve(page);
  assert.ok(mapping >= 0);
  const refused = { code: "ENOMEM", message: /no ArrayBuffer of 10 bytes/ };
  assert.throws(() => memory.windowOf({ mapping, offset: 0, sizeBytes: 10 }), refused);
  assert.equal(memory.mprotect({ mapping, offset: 0, sizeBytes: page }, 3), EFAULT);
  assert.equal(memory.unmap(mapping), 0);
});
