/** Shows that any bytes become text, and that text comes back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { bytesOf, textOf } from "./text.ts";

test("textOf() replaces what is no UTF-8 and keeps a byte order mark", () => {
  assert.equal(textOf(Uint8Array.of(0x61, 0xff, 0x62)), "a\ufffdb");
  assert.equal(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "\ufeffa");
});

test("textOf() reads the part that is asked for", () => {
  assert.equal(textOf(bytesOf("/dev/null"), 5, 9), "null");
});

test("textOf(bytesOf()) gives the same text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assert.equal(textOf(bytesOf(text)), text);
    }),
  );
});
