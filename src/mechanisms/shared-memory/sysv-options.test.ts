/** What may be said when a segment is opened or attached. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { ReservedRange } from "../../io/reserved-range.ts";
import { attachmentOf, makeFlags } from "./sysv-options.ts";

test("makeFlags() adds huge pages of a size, and no reservation, to what opens", () => {
  assert.equal(makeFlags(1, {}), 0);
  assert.equal(makeFlags(1, { create: true, mode: 0o640 }), 0o1640);
  assert.equal(makeFlags(1, { noReserve: true }), 0o10000);
  assert.equal(makeFlags(1, { hugePages: true }), 0o4000);
  assert.equal(makeFlags(1, { hugePages: false }), 0);
  assert.equal(makeFlags(1, { hugePages: 2 ** 21 }), 0o4000 | (21 << 26));
  assert.equal(makeFlags(1, { hugePages: 2 ** 34 }), 0o4000 | (34 << 26));
});

test("makeFlags() refuses what is no size of a page", () => {
  for (const hugePages of [0, 2048, 3 * 2 ** 20, -(2 ** 21), 2 ** 64, Number.NaN]) {
    assert.throws(() => makeFlags(1, { hugePages }), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "2M" as unknown as number;
  assert.throws(() => makeFlags(1, { hugePages: text }), { code: "ERR_INVALID_ARG_TYPE" });
});

test("attachmentOf() says how, and where in a range", () => {
  assert.deepEqual(attachmentOf({}), { flags: 0, range: -1, offset: 0 });
  const { flags } = attachmentOf({ readOnly: true, execute: true, round: true });
  assert.equal(flags, 0o110000, "rounding needs an offset");
  using range = ReservedRange.reserve(8192);
  const place = attachmentOf({ range, round: true });
  assert.deepEqual([place.flags, place.offset], [0o20000, 0]);
  assert.equal(attachmentOf({ range, offset: 4096 }).offset, 4096);
});

test("attachmentOf() refuses an offset without its range, or outside of it", () => {
  using range = ReservedRange.reserve(8192);
  for (const options of [{ offset: 0 }, { range, offset: 8193 }, { range, offset: -1 }]) {
    assert.throws(() => attachmentOf(options), { code: "ERR_OUT_OF_RANGE" });
  }
  const wrong = {} as ReservedRange;
  assert.throws(() => attachmentOf({ range: wrong }), { code: "ERR_INVALID_ARG_TYPE" });
  range.close();
  assert.throws(() => attachmentOf({ range }), { name: "ClosedError" });
});
