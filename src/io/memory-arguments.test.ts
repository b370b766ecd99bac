/** What may be said about memory. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import {
  BUFFER_BYTES_MAX,
  checkNumber,
  elementBytes,
  targetOf,
  type ViewType,
} from "./memory-arguments.ts";

test("elementBytes() knows every class of typed arrays, and DataView", () => {
  const classes = [Uint8Array, Uint16Array, Int32Array, BigUint64Array, DataView] as const;
  assert.deepEqual(
    classes.map((type) => elementBytes(type as ViewType<unknown>)),
    [1, 2, 4, 8, 1],
  );
});

test("elementBytes() refuses what only looks like one", () => {
  class Own extends Uint8Array {}
  const like = Object.setPrototypeOf(() => {}, Object.getPrototypeOf(Uint8Array));
  const wrong = [Own, Buffer, Array, like, Object.assign(like, { BYTES_PER_ELEMENT: 0 }), null, 8];
  for (const type of wrong) {
    const call = (): number => elementBytes(type as ViewType<unknown>);
    assert.throws(call, { code: "ERR_INVALID_ARG_TYPE" });
  }
});

test("targetOf() gives new bytes, or the caller's own", () => {
  assert.equal(targetOf(5).length, 5);
  const bytes = new Uint8Array(8).subarray(2, 6);
  targetOf(bytes).fill(7);
  assert.deepEqual([...new Uint8Array(bytes.buffer)], [0, 0, 7, 7, 7, 7, 0, 0]);
  const buffer = Buffer.alloc(3);
  assert.equal(targetOf(buffer), buffer);
});

test("targetOf() refuses other targets, and lengths that no Buffer has", () => {
  for (const wrong of [
    "5",
    null,
    [1],
    new DataView(new ArrayBuffer(1)),
    Object.create(Buffer.prototype),
  ]) {
    assert.throws(() => targetOf(wrong as Uint8Array), { code: "ERR_INVALID_ARG_TYPE" });
  }
  for (const wrong of [-1, 0.5, Number.NaN, BUFFER_BYTES_MAX + 1]) {
    assert.throws(() => targetOf(wrong), { code: "ERR_OUT_OF_RANGE" });
  }
});

test("checkNumber() takes whole numbers from 0 up, and says which was wrong", () => {
  checkNumber("offset", 0);
  checkNumber("offset", Number.MAX_SAFE_INTEGER);
  assert.throws(() => checkNumber("offset", -1), { code: "ERR_OUT_OF_RANGE", message: /offset/ });
  const text = "1" as unknown as number;
  assert.throws(() => checkNumber("offset", text), { code: "ERR_INVALID_ARG_TYPE" });
});
