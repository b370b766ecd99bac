/** Netlink sockets as a kernel 6.18 listed them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import { decodeNetlinkSocket, encodeNetlinkRequest, type NetlinkSocket } from "./netlink.ts";

/** Bound to 77777 and the groups 1 and 7 of route. */
const bound =
  "10030007d12f010000000000000000005e799500304e000000000000" +
  "0c0001004100000000000000" +
  "2800000000000000004003000000000000400300" +
  "0000000000000000000000000000000000000000" +
  "0800040000000000";
/** One that is given a listing, and has lost 3 messages. */
const listing =
  "10030407b7ffede0000000000000000064799500344e000000000000" +
  "2800000000110000004003000000000000400300" +
  "0000000000000000000000000000000003000000" +
  "0800040001000000";

function decoded(hex: string): NetlinkSocket | undefined {
  const bytes = Uint8Array.from(Buffer.from(hex, "hex"));
  return decodeNetlinkSocket(new DataView(bytes.buffer), 0, bytes.length);
}

test("decodeNetlinkSocket() reads the family, the port and the groups", () => {
  const socket = decoded(bound);
  assert.deepEqual(
    { ...socket, memory: undefined },
    {
      protocol: 0,
      portId: 77777,
      peerPortId: 0,
      inode: 0x95795e,
      cookie: 0x4e30,
      groups: [1, 7],
      memory: undefined,
      isListing: false,
    },
  );
});

test("decodeNetlinkSocket() reads a port above 2^31, the queue, what was lost, the flags", () => {
  const socket = decoded(listing);
  assert.deepEqual([socket?.protocol, socket?.portId], [4, 0xe0edffb7]);
  assert.equal(socket?.memory?.receivedBytes, 4352);
  assert.deepEqual([socket?.memory?.drops, socket?.isListing], [3, true]);
});

test("decodeNetlinkSocket() gives a socket or nothing, whatever comes", () => {
  assert.equal(decoded(`01${bound.slice(2)}`), undefined);
  assert.equal(decoded(bound.slice(0, 54)), undefined);
  fc.assert(
    fc.property(anyBytes(Uint8Array.from(Buffer.from(bound, "hex"))), (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const socket = decodeNetlinkSocket(view, 0, bytes.length);
      assert.ok(socket === undefined || socket.groups.length <= bytes.length * 8);
    }),
  );
});

test("encodeNetlinkRequest() asks as struct netlink_diag_req says", {
  needs: ["gcc"],
}, async () => {
  const expected = "10ff0000000000000b0000000000000000000000";
  assert.equal(Buffer.from(encodeNetlinkRequest()).toString("hex"), expected);
  await assertLayout({
    header: "linux/netlink_diag.h",
    struct: "struct netlink_diag_req",
    sizeBytes: 20,
    members: [["ndiag_show", 8, 4]],
  });
  await assertLayout({
    header: "linux/netlink_diag.h",
    struct: "struct netlink_diag_msg",
    sizeBytes: 28,
    members: [
      ["ndiag_protocol", 2, 1],
      ["ndiag_portid", 4, 4],
      ["ndiag_dst_portid", 8, 4],
      ["ndiag_ino", 16, 4],
      ["ndiag_cookie", 20, 8],
    ],
  });
});
