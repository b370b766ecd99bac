/** Shows that what the kernel tells of an eventfd is read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodeEventfd, encodeEventfd } from "./eventfd.ts";

const head = "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t1038\n";
const full = "eventfd-count: fffffffffffffffe\neventfd-id: 2\neventfd-semaphore: 0\n";
const some = "eventfd-count:               1f\neventfd-id: 1\neventfd-semaphore: 1\n";

test("decodeEventfd() reads the lines of Linux 6.18, and encodeEventfd() gives them back", () => {
  assert.deepEqual(decodeEventfd(head + full), { count: 2n ** 64n - 2n, id: 2, semaphore: false });
  assert.deepEqual(decodeEventfd(head + some), { count: 31n, id: 1, semaphore: true });
  for (const text of [full, some]) {
    const info = decodeEventfd(head + text);
    assert.equal(info && encodeEventfd(info), text);
  }
});

test("decodeEventfd() reads what older kernels leave out", () => {
  const info = decodeEventfd(`${head}eventfd-count:                0\n`);
  assert.deepEqual(info, { count: 0n, id: undefined, semaphore: undefined });
  assert.equal(decodeEventfd(head), undefined);
});

test("decodeEventfd() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + some)), (bytes) => {
      const info = decodeEventfd(textOf(bytes));
      if (info !== undefined) assert.deepEqual(decodeEventfd(encodeEventfd(info)), info);
    }),
  );
});
