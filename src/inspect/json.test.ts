/** Shows how values that JSON lacks are written. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { toJson } from "./json.ts";

test("toJson() writes a bigint as a decimal string and leaves numbers numbers", () => {
  const text = toJson({ type: 2n ** 63n - 1n, id: 7, none: null });
  assert.equal(text, '{"type":"9223372036854775807","id":7,"none":null}');
});

test("toJson() indents on demand and escapes what a hostile name holds", () => {
  assert.equal(
    toJson({ comm: "a\n\u001b[31m" }, { indent: 2 }),
    '{\n  "comm": "a\\n\\u001b[31m"\n}',
  );
});
