/** Netlink attributes: those that are whole are shown, and no others. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { encodeAttribute, visitAttributes } from "./attribute.ts";

const golden = Buffer.from("05000600010000000800070000000000", "hex");

function shown(bytes: Uint8Array, end: number = bytes.length): [number, Uint8Array][] {
  const found: [number, Uint8Array][] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  visitAttributes(view, 0, end, (type, from, to) => found.push([type, bytes.subarray(from, to)]));
  return found;
}

test("visitAttributes() shows types and values, without what fills them up", () => {
  assert.deepEqual(
    shown(golden).map(([type, value]) => [type, [...value]]),
    [
      [6, [1]],
      [7, [0, 0, 0, 0]],
    ],
  );
});

test("encodeAttribute() writes back what visitAttributes() showed", () => {
  const all = shown(golden).map(([type, value]) => encodeAttribute(type, value));
  assert.deepEqual(Buffer.concat(all), golden);
});

test("visitAttributes() ends before one that is cut off, and stays within the bytes", () => {
  assert.equal(shown(golden.subarray(0, 15)).length, 1);
  assert.equal(shown(golden, 1000).length, 2);
  assert.equal(shown(Buffer.from("03000100", "hex")).length, 0);
  fc.assert(
    fc.property(anyBytes(golden), fc.nat({ max: 600 }), (bytes, end) => {
      for (const [, value] of shown(bytes, end)) assert.ok(value.length <= bytes.length);
    }),
  );
});
