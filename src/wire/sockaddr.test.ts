/** Socket addresses as programs hand them to the kernel. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { anyBytes } from "../../tests/inspect/any-bytes.ts";
import { decodeSockaddr } from "./sockaddr.ts";

const unix = Uint8Array.from([1, 0, ...Buffer.from("/run/x.sock\0")]);
const four = Uint8Array.from(Buffer.from("02000050c0a80001" + "0000000000000000", "hex"));
const six = Uint8Array.from(
  Buffer.from("0a001f9000000000" + "00000000000000000000000000000001" + "00000000", "hex"),
);

test("decodeSockaddr() reads the three families", () => {
  assert.deepEqual(decodeSockaddr(unix), { family: "unix", name: "/run/x.sock" });
  assert.deepEqual(decodeSockaddr(four), { family: "v4", address: "192.168.0.1", port: 80 });
  assert.deepEqual(decodeSockaddr(six), { family: "v6", address: "::1", port: 8080 });
});

test("decodeSockaddr() is undefined for others, and for what is too short", () => {
  assert.equal(decodeSockaddr(Uint8Array.of(1, 0)), undefined);
  assert.equal(decodeSockaddr(four.subarray(0, 7)), undefined);
  assert.equal(decodeSockaddr(six.subarray(0, 23)), undefined);
  assert.equal(decodeSockaddr(Uint8Array.of(99, 0, 1, 2, 3, 4, 5, 6)), undefined);
});

test("decodeSockaddr() gives an address or nothing, whatever comes", () => {
  for (const golden of [unix, four, six]) {
    fc.assert(fc.property(anyBytes(golden), (bytes) => void decodeSockaddr(bytes)));
  }
});
