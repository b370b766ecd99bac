/** The raw sockets of /proc/PID/net/raw. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeNetRaw } from "./net-raw.ts";

const golden =
  Buffer.from(`  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  89: 0100007F:0059 00000000:0000 07 00000000:00000300 00:00000000 00000000     7        0 13687389 2 000000008086bc98 0
`);
const wide =
  Buffer.from(`  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
   58: 00000000000000000000000001000000:003A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5150 2 0000000000000000 0
`);

test("decodeNetRaw() reads the protocol, the queue, the user and the inode of a line", () => {
  const [socket, ...others] = decodeNetRaw(golden, "v4");
  assert.deepEqual(others, []);
  assert.deepEqual(socket?.local, { address: "127.0.0.1", port: 89 });
  assert.deepEqual(socket?.remote, { address: "0.0.0.0", port: 0 });
  assert.deepEqual([socket?.uid, socket?.inode, socket?.receiveQueue], [7, 13687389, 768]);
  assert.deepEqual([socket?.state, socket?.cookie], [7, undefined]);
});

test("decodeNetRaw() reads IPv6, and no line of the other family", () => {
  assert.deepEqual(decodeNetRaw(wide, "v6")[0]?.local, { address: "::1", port: 58 });
  assert.deepEqual(decodeNetRaw(wide, "v4"), []);
  assert.deepEqual(decodeNetRaw(golden, "v6"), []);
});

test("decodeNetRaw() gives sockets or nothing, whatever comes", () => {
  fc.assert(
    fc.property(anyBytes(golden), (bytes) => {
      for (const { inode } of decodeNetRaw(bytes, "v4")) assert.ok(Number.isInteger(inode));
    }),
  );
});
