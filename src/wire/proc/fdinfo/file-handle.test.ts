/** Shows that file handles in fdinfo are read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { decodeFileHandle, encodeFileHandle, fileHandle } from "./file-handle.ts";

const pattern = new RegExp(`^${fileHandle}$`);

function decoded(text: string): ReturnType<typeof decodeFileHandle> {
  const match = pattern.exec(text);
  return match === null ? undefined : decodeFileHandle(match, 1);
}

test("decodeFileHandle() reads what Linux 6.18 writes", () => {
  const text = "fhandle-bytes:8 fhandle-type:1 f_handle:e302000000000000";
  const bytes = Uint8Array.of(0xe3, 2, 0, 0, 0, 0, 0, 0);
  assert.deepEqual(decoded(text), { type: 1, bytes });
  assert.equal(encodeFileHandle({ type: 1, bytes }), text);
});

test("decodeFileHandle() gives none where there is none, or half of one", () => {
  assert.equal(decoded(""), undefined);
  assert.equal(decoded("fhandle-bytes:8 fhandle-type:1 f_handle:e302"), undefined);
});

test("decodeFileHandle() undoes encodeFileHandle()", () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 128 });
  fc.assert(
    fc.property(bytes, fc.nat({ max: 0xff }), (content, type) => {
      assert.deepEqual(decoded(encodeFileHandle({ type, bytes: content })), {
        type,
        bytes: content,
      });
    }),
  );
});
