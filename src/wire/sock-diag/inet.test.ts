/** Sockets of the internet as a kernel 6.18 listed them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { runPeer } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import { decodeInetSocket, encodeInetRequest, type InetSocket } from "./inet.ts";

/** 127.0.0.1:8080, accepted, with 11 bytes unread. */
const accepted =
  "020100001f90aeac7f0000010000000000000000000000007f000001000000000000000000000000" +
  "0000000088f9000000000000000000000b0000000000000000000000220598000500080000000000" +
  "08000f00000000000c00150001000000000000000600160052000000280007004b03000000000200" +
  "00000000001e3c00b50c0000000000000000000000000000000000001c010200010000000007aa01" +
  "e01c0300409c00000080000018020000000000000000000000000000000000000000000080000000" +
  "000000008000000080000000ffff0000cbff0000180000000c000000ffffff7f0a000000cbff0000" +
  "0300000000000000cbff00000000000076afb91509000000ffffffffffffffff0000000000000000" +
  "0b000000000000000100000003000000000000001800000001000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000000001000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000010000000100000000000000000000000000" +
  "0000000000000000000000000000000000000000000000000000000000000000";

/** [::]:8081, listen(3), which takes IPv4 too; one connection waits. */
const wide =
  "0a0a00001f9100000000000000000000000000000000000000000000000000000000000000000000" +
  "000000008af900000000000000000000010000000300000000000000230598000500080000000000" +
  "05000b000000000008000f00000000000c0015000100000000000000060016001200000028000700" +
  "0000000000000200000000000040000000000000000000000000000000000000000000001c010200" +
  "0a000000000000000000000000000000000000000000000001000000030000000000000000000000" +
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000" +
  "0a0000000000000003000000000000000000000000000000ffffffffffffffffffffffffffffffff" +
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000000000000000000000000000000000000000";

/** That connection: IPv4 inside IPv6, without an inode. */
const mapped =
  "0a0100001f919b3000000000000000000000ffff7f00000100000000000000000000ffff7f000001" +
  "000000008bf900000000000000000000000000000000000000000000000000000500080000000000" +
  "08000f00000000000c00150001000000000000000600160012000000280007000000000000000200" +
  "00000000001e3c0000000000000000000000000000000000000000001c010200010000000007aa01" +
  "e01c0300000000000080000018020000000000000000000000000000000000000000000080000000" +
  "000000008000000080000000ffff0000cbff00000a00000005000000ffffff7f0a000000cbff0000" +
  "0300000000000000cbff00000000000000c8bdcd15000000ffffffffffffffff0000000000000000" +
  "00000000000000000000000002000000000000000a00000000000000000000000000000000000000" +
  "00000000000000000000000000000000000000000000000001000000000000000000000000000000" +
  "000000000000000000000000000000000000000000000100cbff0000000000000000000000000000" +
  "0000000000000000000000000000000000000000000000000000000000000000";

/** UDP at 127.0.0.1:5353. */
const datagrams =
  "0207000014e900007f00000100000000000000000000000000000000000000000000000000000000" +
  "000000008cf900000000000000000000000000000000000000000000250598000500080000000000" +
  "08000f00000000000c00150001000000000000000600160050000000280007000000000000400300" +
  "00000000004003000000000000000000000000000000000000000000";

function decoded(hex: string): InetSocket | undefined {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return decodeInetSocket(new DataView(bytes.buffer), 0, bytes.length);
}

test("decodeInetSocket() reads both ends, the queues and what a connection carried", () => {
  const socket = decoded(accepted);
  assert.equal(socket?.family, "v4");
  assert.equal(socket?.state, 1);
  assert.deepEqual(socket?.local, { address: "127.0.0.1", port: 8080 });
  assert.equal(socket?.remote.address, "127.0.0.1");
  assert.deepEqual([socket?.receiveQueue, socket?.sendQueue], [11, 0]);
  assert.deepEqual(socket?.traffic, { sentBytes: 0, receivedBytes: 11 });
  assert.equal(socket?.memory?.receiveBufferBytes, 131072);
  assert.deepEqual([socket?.uid, socket?.shutdown, socket?.cgroupId], [0, 0, 1]);
  assert.ok((socket?.inode ?? 0) > 0);
});

test("decodeInetSocket() reads a listening IPv6 socket and who waits there", () => {
  const socket = decoded(wide);
  assert.deepEqual([socket?.family, socket?.state, socket?.isV6Only], ["v6", 10, false]);
  assert.deepEqual(socket?.local, { address: "::", port: 8081 });
  assert.deepEqual(socket?.remote, { address: "::", port: 0 });
  assert.deepEqual([socket?.receiveQueue, socket?.sendQueue], [1, 3]);
});

test("decodeInetSocket() gives an IPv4 address inside IPv6 as what it is", () => {
  const socket = decoded(mapped);
  assert.equal(socket?.family, "v6");
  assert.deepEqual(socket?.local, { address: "127.0.0.1", port: 8081 });
  assert.equal(socket?.inode, 0);
});

test("decodeInetSocket() reads UDP", () => {
  const socket = decoded(datagrams);
  assert.deepEqual(socket?.local, { address: "127.0.0.1", port: 5353 });
  assert.deepEqual([socket?.state, socket?.traffic], [7, undefined]);
  assert.equal(socket?.memory?.receiveBufferBytes, 212992);
});

test("decodeInetSocket() gives a socket or nothing, whatever comes", () => {
  assert.equal(decoded(`01${accepted.slice(2)}`), undefined);
  assert.equal(decoded(accepted.slice(0, 142)), undefined);
  fc.assert(
    fc.property(anyBytes(Uint8Array.from(Buffer.from(accepted, "hex"))), (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const socket = decodeInetSocket(view, 0, bytes.length);
      assert.ok(socket === undefined || Number.isInteger(socket.inode));
    }),
  );
});

test("encodeInetRequest() asks for all states but some", () => {
  const bytes = encodeInetRequest({ family: "v6", protocol: 6, without: [6, 3] });
  assert.equal(Buffer.from(bytes).toString("hex"), `0a064200b7ffffff${"00".repeat(48)}`);
});

test("the places of the fields are those of the headers", { needs: ["gcc"] }, async () => {
  await assertLayout({
    header: "linux/inet_diag.h",
    struct: "struct inet_diag_req_v2",
    sizeBytes: 56,
    members: [
      ["idiag_ext", 2, 1],
      ["idiag_states", 4, 4],
    ],
  });
  await assertLayout({
    header: "linux/inet_diag.h",
    struct: "struct inet_diag_msg",
    sizeBytes: 72,
    members: [
      ["idiag_retrans", 3, 1],
      ["id.idiag_sport", 4, 2],
      ["id.idiag_src", 8, 16],
      ["id.idiag_dst", 24, 16],
      ["id.idiag_if", 40, 4],
      ["id.idiag_cookie", 44, 8],
      ["idiag_rqueue", 56, 4],
      ["idiag_wqueue", 60, 4],
      ["idiag_uid", 64, 4],
      ["idiag_inode", 68, 4],
    ],
  });
});

test("the bytes carried are where linux/tcp.h has them", { needs: ["gcc"] }, async () => {
  const input = [
    "#include <stddef.h>",
    "#include <linux/tcp.h>",
    '_Static_assert(offsetof(struct tcp_info, tcpi_bytes_received) == 128, "");',
    '_Static_assert(offsetof(struct tcp_info, tcpi_bytes_sent) == 200, "");',
    "",
  ].join("\n");
  const { code, stderr } = await runPeer("gcc", ["-fsyntax-only", "-xc", "-"], { input });
  assert.equal(code, 0, stderr);
});
