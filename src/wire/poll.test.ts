/** Shows what poll(2)'s and select(2)'s arrays say, bit for bit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { decodeFdSet, decodePollfds, POLLFD_BYTES } from "./poll.ts";

function pollfds(...entries: readonly (readonly [fd: number, events: number])[]): Uint8Array {
  const bytes = new Uint8Array(entries.length * POLLFD_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [fd, events]] of entries.entries()) {
    view.setInt32(index * POLLFD_BYTES, fd, true);
    view.setUint16(index * POLLFD_BYTES + 4, events, true);
  }
  return bytes;
}

test("decodePollfds() tells reading from writing, and passes over negative descriptors", () => {
  assert.deepEqual(
    decodePollfds(pollfds([3, 0x001], [-1, 0x001], [5, 0x004], [0, 0x2005], [9, 0])),
    [
      { fd: 3, read: true, write: false },
      { fd: 5, read: false, write: true },
      { fd: 0, read: true, write: true },
      { fd: 9, read: false, write: false },
    ],
  );
});

test("decodeFdSet() gives the numbers of the bits", () => {
  assert.deepEqual(decodeFdSet(new Uint8Array([0b1000_0001, 0, 0b10])), [0, 7, 17]);
});

test("decodePollfds() and decodeFdSet() are total", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 256 }), (bytes) => {
      assert.ok(decodePollfds(bytes).length <= bytes.length / POLLFD_BYTES);
      assert.ok(decodeFdSet(bytes).length <= bytes.length * 8);
    }),
  );
});
