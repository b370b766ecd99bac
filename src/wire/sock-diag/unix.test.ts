/** Unix sockets as a kernel 6.18 listed them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import { decodeUnixSocket, encodeUnixRequest, type UnixSocket } from "./unix.ts";

const meminfo = `280005000000000000400300SENT00400300${"00".repeat(20)}`;
const rest = "05000600000000000800070000000000";
const memory = (sent: string): string => meminfo.replace("SENT", sent);

/** listen(1) at /tmp/cap.sock, with one client that was not accepted yet. */
const listening =
  "01010a00d17c9500234e000000000000" +
  "120000002f746d702f6361702e736f636b000000" +
  "0c00010014c920000000e00f" +
  "08000300d47c9500" +
  "0c0004000100000001000000" +
  memory("00000000") +
  rest;
/** The client: its peer has no inode. */
const pending =
  "01010100d47c9500244e000000000000" +
  "0800020000000000" +
  "0c0004000000000000000000" +
  memory("00000000") +
  rest;
/** One that has sent 5 bytes, which take 768 of memory. */
const sending =
  "01010100d27c9500264e000000000000" +
  "08000200d37c9500" +
  "0c0004000000000000030000" +
  memory("00030000") +
  rest;
/** A datagram socket with an odd name. */
const odd =
  "01020700d57c9500274e000000000000" +
  "0c000000006f646420ff2478" +
  "0c0004000000000000000000" +
  memory("00000000") +
  rest;

function decoded(hex: string): UnixSocket | undefined {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return decodeUnixSocket(new DataView(bytes.buffer), 0, bytes.length);
}

test("decodeUnixSocket() reads a listening socket, its file and who waits to be accepted", () => {
  assert.deepEqual(decoded(listening), {
    type: "stream",
    state: 10,
    inode: 0x957cd1,
    cookie: 0x4e23,
    name: "/tmp/cap.sock",
    file: { inode: 0x20c914, major: 254, minor: 0 },
    peer: undefined,
    pending: [0x957cd4],
    queues: { receive: 1, send: 1 },
    memory: {
      receivedBytes: 0,
      receiveBufferBytes: 212992,
      sentBytes: 0,
      sendBufferBytes: 212992,
      queuedBytes: 0,
      drops: 0,
    },
    shutdown: 0,
    uid: 0,
  });
});

test("decodeUnixSocket() tells a peer without an inode from none", () => {
  assert.equal(decoded(pending)?.peer, 0);
  assert.equal(decoded(sending)?.peer, 0x957cd3);
  assert.equal(decoded(odd)?.peer, undefined);
});

test("decodeUnixSocket() reads types, names and what was sent", () => {
  assert.deepEqual([decoded(odd)?.type, decoded(odd)?.name], ["dgram", "@odd\\x20\\xff\\x24x"]);
  assert.deepEqual(decoded(sending)?.queues, { receive: 0, send: 768 });
  assert.equal(decoded(sending)?.memory?.sentBytes, 768);
  assert.equal(decoded(`01ff${odd.slice(4)}`)?.type, "unknown");
});

test("decodeUnixSocket() is undefined for another family, and for what is too short", () => {
  assert.equal(decoded(`02${odd.slice(2)}`), undefined);
  assert.equal(decoded(odd.slice(0, 30)), undefined);
});

test("decodeUnixSocket() gives a socket or nothing, whatever comes", () => {
  fc.assert(
    fc.property(anyBytes(Uint8Array.from(Buffer.from(listening, "hex"))), (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const socket = decodeUnixSocket(view, 0, bytes.length);
      assert.ok(socket === undefined || Number.isInteger(socket.inode));
    }),
  );
});

test("encodeUnixRequest() asks as struct unix_diag_req says", { needs: ["gcc"] }, async () => {
  const expected = "0100000" + "0ffffffff000000007f000000ffffffffffffffff";
  assert.equal(Buffer.from(encodeUnixRequest()).toString("hex"), expected);
  await assertLayout({
    header: "linux/unix_diag.h",
    struct: "struct unix_diag_req",
    sizeBytes: 24,
    members: [
      ["udiag_states", 4, 4],
      ["udiag_show", 12, 4],
      ["udiag_cookie", 16, 8],
    ],
  });
  await assertLayout({
    header: "linux/unix_diag.h",
    struct: "struct unix_diag_msg",
    sizeBytes: 16,
    members: [
      ["udiag_type", 1, 1],
      ["udiag_state", 2, 1],
      ["udiag_ino", 4, 4],
      ["udiag_cookie", 8, 8],
    ],
  });
});
