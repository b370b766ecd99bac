/** Shows that the mask of a signalfd is read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodeSignalfd, encodeSignalfd } from "./signalfd.ts";

const head = "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\n";
const line = "sigmask:\t8000000200004200\n";

test("decodeSignalfd() reads the line of Linux 6.18, and encodeSignalfd() gives it back", () => {
  assert.deepEqual(decodeSignalfd(head + line), [10, 15, 34, 64]);
  assert.equal(encodeSignalfd([10, 15, 34, 64]), line);
  assert.equal(encodeSignalfd([]), "sigmask:\t0000000000000000\n");
  assert.equal(decodeSignalfd(head), undefined);
});

test("decodeSignalfd() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + line)), (bytes) => {
      const signals = decodeSignalfd(textOf(bytes));
      if (signals !== undefined) assert.deepEqual(decodeSignalfd(encodeSignalfd(signals)), signals);
    }),
  );
});
