/** Shows that records are read as they were written, and never beyond their end. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import * as record from "./walk-record.ts";

test("decodeRecord() reads the golden bytes of a descriptor's record", () => {
  const bytes = Buffer.from("0900010003000000f3ffffff040000002f61626300000000", "hex");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const item = record.decodeRecord(view, 0);
  assert.deepEqual(item, { tag: 9, flags: 1, id: 3, error: -13, start: 16, end: 20 });
  assert.equal(record.nextRecord(item), 24);
});

test("decodeRecord() refuses a header or a content that is cut off, and says where", () => {
  const whole = record.encodeRecords([
    { tag: record.TAG_END, id: 0 },
    { tag: record.TAG_STAT, id: 1, bytes: new Uint8Array(9) },
  ]);
  for (let length = 16; length < whole.length; length++) {
    const view = new DataView(whole.buffer, 0, length);
    const truncated = { name: "WireError", code: "ERR_WIRE_TRUNCATED", offset: 16 };
    assert.throws(() => record.decodeRecord(view, 16), truncated);
  }
});

test("decodeRecord() gives back what encodeRecords() wrote", () => {
  const contents = fc.record(
    {
      tag: fc.nat({ max: 0xffff }),
      flags: fc.nat({ max: 0xffff }),
      id: fc.integer(),
      error: fc.integer(),
      bytes: fc.uint8Array({ maxLength: 40 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(fc.array(contents, { maxLength: 8 }), (records) => {
      const bytes = record.encodeRecords(records);
      assert.deepEqual(record.encodeRecords(recordsIn(bytes)), bytes);
      assert.deepEqual(recordsIn(bytes), records);
    }),
  );
});

function recordsIn(bytes: Uint8Array): record.WalkRecordContent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: record.WalkRecordContent[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const { tag, flags, id, error, start, end: stop } = record.decodeRecord(view, offset);
    records.push({ tag, flags, id, error, bytes: bytes.slice(start, stop) });
    offset = record.nextRecord(record.decodeRecord(view, offset));
  }
  return records;
}
