/** Messages in memory: every type and every length comes back as it went in. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import {
  borrowMemory,
  readText,
  readType,
  returnMemory,
  sharedMemory,
  textOf,
  writeText,
  writeType,
} from "./message-memory.ts";

test("readType() gives back what writeType() wrote, a bigint above 2^53-1 only", () => {
  const memory = sharedMemory(0);
  const types = fc.oneof(fc.integer({ min: 1 }), fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }));
  fc.assert(
    fc.property(types, (type) => {
      writeType(memory, type);
      const expected = BigInt(type) <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(type) : type;
      assert.equal(readType(memory), expected);
    }),
  );
});

test("writeType() writes a negative selection as the kernel reads it", () => {
  const memory = sharedMemory(0);
  for (const type of [-1, -(2 ** 31), -(2 ** 40), -(2n ** 62n)]) {
    writeType(memory, type);
    assert.equal(memory.view.getBigInt64(0, true), BigInt(type));
  }
});

test("readText() copies texts of every length, and later texts do not change earlier ones", () => {
  const lengths = [0, 1, 7, 8, 9, 63, 64, 511, 512, 513, 1024, 4095, 4096, 4097, 8192, 65536];
  const memory = borrowMemory(65536);
  const texts = lengths.map((length, seed) => {
    const text = Buffer.alloc(length, seed + 1);
    writeText(memory, text);
    return [text, readText(memory, length)] as const;
  });
  memory.bytes.fill(0xff);
  for (const [text, copy] of texts) assert.deepEqual(copy, text);
  returnMemory(memory);
});

test("readText() crosses from one slab to the next without a seam", () => {
  const memory = sharedMemory(4096);
  const copies: Buffer[] = [];
  for (let i = 0; i < 200; i++) {
    writeText(memory, Buffer.alloc(1000, i));
    copies.push(readText(memory, 1000));
  }
  for (const [i, copy] of copies.entries()) assert.ok(copy.every((byte) => byte === i));
});

test("readText() reads from the memory it is given, whichever it read before", () => {
  const one = borrowMemory(1000);
  const other = borrowMemory(1000);
  writeText(one, Buffer.alloc(1000, 1));
  writeText(other, Buffer.alloc(1000, 2));
  const copies = [one, other, one].map((memory) => readText(memory, 1000)[999]);
  assert.deepEqual(copies, [1, 2, 1]);
  returnMemory(one);
  returnMemory(other);
});

test("sharedMemory() and borrowMemory() have the room that was asked for", () => {
  assert.ok(textOf(sharedMemory(100_000)) >= 100_000);
  const small = borrowMemory(10);
  returnMemory(small);
  const large = borrowMemory(1_000_000);
  assert.ok(textOf(large) >= 1_000_000);
  returnMemory(large);
});

test("writeText() writes a string as UTF-8", () => {
  const memory = sharedMemory(16);
  writeText(memory, "späť");
  assert.equal(readText(memory, 6).toString(), "späť");
});
