/** Shows that what kernels tell of an io_uring is read, as far as they tell it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { decodeIoUring } from "./io-uring.ts";

const text =
  "pos:\t0\nflags:\t02000002\nmnt_id:\t17\nino:\t8881439\nSqMask:\t0x7\nSqHead:\t4294967295\n" +
  "SqTail:\t1\nCachedSqHead:\t0\nCqMask:\t0xf\nCqHead:\t0\nCqTail:\t3\nCachedCqTail:\t0\n" +
  "SQEs:\t0\nCQEs:\t0\nSqThread:\t-1\nSqThreadCpu:\t-1\nUserFiles:\t0\nPollList:\n";

test("decodeIoUring() reads the lines of Linux 6.18", () => {
  assert.deepEqual(decodeIoUring(text), {
    submissions: 2,
    submissionsMax: 8,
    completions: 3,
    completionsMax: 16,
    pollThread: undefined,
  });
});

test("decodeIoUring() leaves open what older kernels do not tell", () => {
  assert.deepEqual(decodeIoUring("pos:\t0\nSqThread:\t77\nSqThreadCpu:\t0\nUserFiles:\t0\n"), {
    submissions: undefined,
    submissionsMax: undefined,
    completions: undefined,
    completionsMax: undefined,
    pollThread: 77,
  });
  assert.equal(decodeIoUring("pos:\t0\n"), undefined);
});

test("decodeIoUring() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(text)), (bytes) => {
      const ring = decodeIoUring(textOf(bytes));
      assert.ok(ring === undefined || (ring.submissions ?? 0) >= 0);
    }),
  );
});
