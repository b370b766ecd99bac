/** Shows that the kernel's table of message queues is read and written byte for byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { WireError } from "../wire-error.ts";
import { decodeSysvMsg, encodeSysvMsg, type SysvMsgRow } from "./sysvipc-msg.ts";
import { bytesOf } from "./text.ts";

const golden =
  "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid" +
  "      stime      rtime      ctime\n" +
  "1705669313          0   644           0          0     0     0     0     0     0     0" +
  "          0          0 1795465882\n" +
  "-559038737      32769  1600       16000          2 28817     0 65534  1000     0     0" +
  " 1795465900          0 1795465882\n";

test("decodeSysvMsg() reads the kernel's table", () => {
  const [first, second] = decodeSysvMsg(bytesOf(golden));
  assert.equal(first?.key, 1705669313);
  assert.deepEqual(second, {
    key: 0xdeadbeef,
    msqid: 32769,
    perms: 0o1600,
    cbytes: 16000,
    qnum: 2,
    lspid: 28817,
    lrpid: 0,
    uid: 65534,
    gid: 1000,
    cuid: 0,
    cgid: 0,
    stime: 1795465900,
    rtime: 0,
    ctime: 1795465882,
  });
});

test("encodeSysvMsg(decodeSysvMsg()) gives the same bytes", () => {
  for (const bytes of [bytesOf(golden), new Uint8Array(readFileSync("/proc/sysvipc/msg"))]) {
    assert.deepEqual(encodeSysvMsg(decodeSysvMsg(bytes)), bytes);
  }
});

test("decodeSysvMsg() passes over columns of a later kernel", () => {
  const wider = golden.replace("key ", "key what ").replaceAll(/^(\S+) /gm, "$1 x ");
  assert.equal(decodeSysvMsg(bytesOf(wider))[1]?.qnum, 2);
});

test("decodeSysvMsg() refuses a table without header, and says where a row is wrong", () => {
  const code = "ERR_WIRE_MALFORMED";
  assert.throws(() => decodeSysvMsg(new Uint8Array()), { name: "WireError", code, offset: 0 });
  const offset = golden.indexOf("-559038737");
  const wrong = golden.replace(" 16000", " 16x00");
  assert.throws(() => decodeSysvMsg(bytesOf(wrong)), { name: "WireError", code, offset });
});

test("decodeSysvMsg() gives rows or a WireError for any bytes, and rows come back", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(golden)), (bytes) => {
      const rows = rowsOrError(bytes);
      if (rows !== undefined) assert.deepEqual(decodeSysvMsg(encodeSysvMsg(rows)), rows);
    }),
  );
});

function rowsOrError(bytes: Uint8Array): readonly SysvMsgRow[] | undefined {
  try {
    return decodeSysvMsg(bytes);
  } catch (error) {
    assert.ok(error instanceof WireError);
    assert.ok(error.offset >= 0);
    return undefined;
  }
}
