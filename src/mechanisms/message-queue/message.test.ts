/** How a receiver's choice becomes the kernel's words, and what is refused before any call. */
import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { test } from "../../../tests/harness/test.ts";
import { MSG_EXCEPT, MSG_NOERROR } from "../../sys/msg.ts";
import {
  checkType,
  kernelSelection,
  type MessageType,
  TEXT_BYTES_MAX,
  textBytes,
} from "./message.ts";

test("kernelSelection() takes any message by default", () => {
  const any = { type: 0, flags: 0, maxBytes: TEXT_BYTES_MAX, into: undefined };
  assert.deepEqual(kernelSelection(undefined), any);
  assert.deepEqual(kernelSelection({}), any);
});

test("kernelSelection() sets MSG_EXCEPT for except, MSG_NOERROR for noError with maxBytes", () => {
  assert.deepEqual(kernelSelection({ except: 7 }), {
    type: 7,
    flags: MSG_EXCEPT,
    maxBytes: TEXT_BYTES_MAX,
    into: undefined,
  });
  const cut = kernelSelection({ type: -9, maxBytes: 10, noError: true });
  assert.deepEqual(cut, { type: -9, flags: MSG_NOERROR, maxBytes: 10, into: undefined });
  assert.equal(kernelSelection({ noError: true }).flags, 0);
});

test("kernelSelection() refuses contradictions and values out of range", () => {
  assert.throws(() => kernelSelection({ type: 1, except: 2 }), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => kernelSelection({ except: 0 }), { code: "ERR_OUT_OF_RANGE" });
  for (const type of [1.5, Number.NaN, 2 ** 53, 2n ** 63n, -(2n ** 63n)]) {
    assert.throws(() => kernelSelection({ type }), { code: "ERR_OUT_OF_RANGE" });
  }
  for (const maxBytes of [-1, 1.5, 2 ** 31]) {
    assert.throws(() => kernelSelection({ maxBytes }), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "7" as unknown as number;
  assert.throws(() => kernelSelection({ type: text }), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => kernelSelection({ maxBytes: text }), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => kernelSelection(null as unknown as object), { code: "ERR_INVALID_ARG_TYPE" });
});

test("checkType() takes 1 to 2^63-1", () => {
  const types: MessageType[] = [1, 2 ** 31, Number.MAX_SAFE_INTEGER, 1n, 2n ** 63n - 1n];
  for (const type of types) assert.equal(checkType(type), type);
  for (const type of [0, -1, 0n, 2n ** 63n, 2 ** 53]) {
    assert.throws(() => checkType(type), { code: "ERR_OUT_OF_RANGE" });
  }
});

test("textBytes() and into believe the memory, not what a subclass says of it", () => {
  class Liar extends Uint8Array {
    override get byteLength(): number {
      return 40;
    }
  }
  assert.equal(textBytes(new Liar(4)), 4);
  assert.equal(kernelSelection({ into: new Liar(4) }).maxBytes, 4);
  const foreign = runInNewContext("new Uint8Array(3)") as Uint8Array;
  assert.equal(textBytes(foreign), 3);
});

test("textBytes() counts bytes, not characters", () => {
  assert.equal(textBytes("späť"), 6);
  assert.equal(textBytes(new Uint8Array(3)), 3);
  assert.throws(() => textBytes(5 as unknown as string), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => textBytes([1] as unknown as string), { code: "ERR_INVALID_ARG_TYPE" });
});

test("kernelSelection() takes the length of into for maxBytes, and no more than that", () => {
  const into = Buffer.alloc(10);
  assert.equal(kernelSelection({ into }).maxBytes, 10);
  assert.equal(kernelSelection({ into, maxBytes: 4 }).maxBytes, 4);
  assert.throws(() => kernelSelection({ into, maxBytes: 11 }), { code: "ERR_OUT_OF_RANGE" });
  const nothing = null as unknown as number;
  assert.throws(() => kernelSelection({ into, maxBytes: nothing }), {
    code: "ERR_INVALID_ARG_TYPE",
  });
  const text = "memory" as unknown as Buffer;
  assert.throws(() => kernelSelection({ into: text }), { code: "ERR_INVALID_ARG_TYPE" });
});
