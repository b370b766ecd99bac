/** Shows that nothing which a terminal would obey or hide is printed as it is. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import {
  printable,
  printableBytes,
  printableBytesLines,
  printableJson,
  utf8,
} from "./printable.ts";

test("printable() escapes controls, bidi overrides, zero widths and lone surrogates", () => {
  assert.equal(printable("\u001b[31m\u009b"), "\\x1b[31m\\x9b");
  assert.equal(printable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  assert.equal(printable("\u202e\u200b\u2028"), "\\u{202e}\\u{200b}\\u{2028}");
  assert.equal(printable("\ud800x"), "\\u{d800}x");
});

test("printable() leaves what prints as it is", () => {
  assert.equal(printable("grüß 日本 🎉 → a\\b"), "grüß 日本 🎉 → a\\b");
});

test("printable() gives one line without anything unprintable, whatever the text", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(fc.property(text, (any) => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(printable(any))));
});

test("printableBytes() shows text as text and other bytes as hexadecimal", () => {
  assert.equal(printableBytes(Buffer.from("job\n")), "job\\n");
  assert.equal(printableBytes(Buffer.from([0xff, 0])), "0xff00");
});

test("printableBytesLines() keeps lines and tabs, and escapes whatever else does not print", () => {
  assert.equal(
    printableBytesLines(Buffer.from("a\n\tb\r\u001b[2J\u009b")),
    "a\n\tb\\r\\x1b[2J\\x9b",
  );
  assert.equal(printableBytesLines(Buffer.from([0x9b, 0x0a])), "0x9b0a");
});

test("printableJson() is the same value without anything unprintable, whatever the text", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(
    fc.property(text, (any) => {
      const json = printableJson(JSON.stringify(any));
      assert.doesNotMatch(json, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      assert.equal(JSON.parse(json), any);
    }),
  );
});

test("utf8() keeps a byte order mark, and is undefined for what is not UTF-8", () => {
  assert.equal(utf8(Buffer.from([0xef, 0xbb, 0xbf, 0x61])), "\ufeffa");
  assert.equal(utf8(Buffer.from([0xc3])), undefined);
});
