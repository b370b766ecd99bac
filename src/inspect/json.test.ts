/** Shows how values that JSON lacks are written. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { jsonParts, toJson } from "./json.ts";

test("toJson() writes a bigint as a decimal string and leaves numbers numbers", () => {
  const text = toJson({ type: 2n ** 63n - 1n, id: 7, none: null });
  assert.equal(text, '{"type":"9223372036854775807","id":7,"none":null}');
});

test("toJson() writes what JSON.stringify() would, however long the lists are", () => {
  const list = Array.from({ length: 1000 }, (_, index) => ({ index, odd: index % 2 ? null : "x" }));
  for (const value of [
    { schema: "ipc/1", list, empty: [], none: undefined, nested: { list: [1, [2]] } },
    list,
    {},
    [],
    null,
    "text",
    7,
    { at: new Date(0) },
    new Date(0),
    Object.create(null),
  ]) {
    assert.equal(toJson(value), JSON.stringify(value));
  }
  const large = { items: list.map(({ index }) => BigInt(index)) };
  assert.equal(toJson(large), JSON.stringify({ items: list.map(({ index }) => String(index)) }));
});

test("jsonParts() never gives more than a few hundred items at once", () => {
  const list = Array.from({ length: 10_000 }, () => "x".repeat(100));
  const parts = [...jsonParts({ list })];
  assert.ok(Math.max(...parts.map(({ length }) => length)) < 40_000);
  assert.equal(parts.join(""), JSON.stringify({ list }));
});

test("toJson() indents on demand and escapes what a hostile name holds", () => {
  assert.equal(
    toJson({ comm: "a\n\u001b[31m" }, { indent: 2 }),
    '{\n  "comm": "a\\n\\u001b[31m"\n}',
  );
});
