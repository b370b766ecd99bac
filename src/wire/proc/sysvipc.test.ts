/** Shows that the kernel's three tables of System V objects are read and written byte for byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ask } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { WireError } from "../wire-error.ts";
import { decodeSysvipc, encodeSysvipc, type SysvipcKind } from "./sysvipc.ts";
import { bytesOf, textOf } from "./text.ts";

const golden: Readonly<Record<SysvipcKind, string>> = {
  msg: [
    "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid" +
      "      stime      rtime      ctime",
    "1705669313          0   644           0          0     0     0     0     0     0     0" +
      "          0          0 1795465882",
    "-559038737      32769  1600       16000          2 28817     0 65534  1000     0     0" +
      " 1795465900          0 1795465882",
    "",
  ].join("\n"),
  shm: [
    "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid" +
      "      atime      dtime      ctime                   rss                  swap",
    "         0          0   600                 65536 28800     0      0     0     0     0     0" +
      "          0          0 1795465882                     0                     0",
    "-559038737      32769  3640  18446744073692774399 28800 28817  100000 65534  1000     0     0" +
      " 1795465900 1795465910 1795465882      9007199254740993                  4096",
    "",
  ].join("\n"),
  sem: [
    "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime",
    "         0          0   600          1     0     0     0     0          0 1795465882",
    "-559038737      32769   640      32000 65534  1000     0     0 1795465900 1795465882",
    "",
  ].join("\n"),
};

const kinds = ["msg", "shm", "sem"] as const;

const owners = { key: 0xdeadbeef, uid: 65534, gid: 1000, cuid: 0, cgid: 0, ctime: 1795465882 };

test("decodeSysvipc() reads the kernel's table of message queues", () => {
  const [first, second] = decodeSysvipc("msg", bytesOf(golden.msg));
  assert.equal(first?.key, 1705669313);
  assert.deepEqual(second, {
    ...owners,
    msqid: 32769,
    perms: 0o1600,
    cbytes: 16000,
    qnum: 2,
    lspid: 28817,
    lrpid: 0,
    stime: 1795465900,
    rtime: 0,
  });
});

test("decodeSysvipc() reads the kernel's table of segments, with sizes beyond 2^53", () => {
  const [, second] = decodeSysvipc("shm", bytesOf(golden.shm));
  assert.deepEqual(second, {
    ...owners,
    shmid: 32769,
    perms: 0o3640,
    size: 18446744073692774399n,
    cpid: 28800,
    lpid: 28817,
    nattch: 100000,
    atime: 1795465900,
    dtime: 1795465910,
    rss: 9007199254740993n,
    swap: 4096n,
  });
});

test("decodeSysvipc() reads the kernel's table of semaphores", () => {
  const [, second] = decodeSysvipc("sem", bytesOf(golden.sem));
  const own = { semid: 32769, perms: 0o640, nsems: 32000, otime: 1795465900 };
  assert.deepEqual(second, { ...owners, ...own });
});

/** Leaves one object of each kind, of which something is known that is not 0. */
const maker = `
  my $q = msgget(0x7d000101, 01640); msgsnd($q, pack("l! a*", 3, "four"), 0);
  my $m = shmget(0x7d000102, 70000, 01600); shmwrite($m, "x", 0, 1);
  my $s = semget(-559038737, 3, 01604); semop($s, pack("s3", 1, 2, 0));
  for (@ARGV) { open(my $file, "<", "/proc/sysvipc/$_") or die; print(<$file>) }
  msgctl($q, 0, 0); shmctl($m, 0, 0); semctl($s, 0, 0, 0);
`;

test("encodeSysvipc(decodeSysvipc()) gives the same bytes, of objects that exist too", {
  needs: ["perl", "namespaces"],
}, async () => {
  for (const kind of kinds) {
    const real = await ask("unshare", ["--ipc", "perl", "-e", maker, kind]);
    assert.equal(decodeSysvipc(kind, bytesOf(real)).length, 1, real);
    for (const text of [golden[kind], `${real}\n`, readFileSync(`/proc/sysvipc/${kind}`, "utf8")]) {
      assert.equal(textOf(encodeSysvipc(kind, decodeSysvipc(kind, bytesOf(text)))), text);
    }
  }
});

test("decodeSysvipc() passes over columns of a later kernel", () => {
  for (const kind of kinds) {
    const wider = golden[kind].replace("key ", "key what ").replaceAll(/^( *-?\d+) /gm, "$1 x ");
    assert.deepEqual(
      decodeSysvipc(kind, bytesOf(wider)),
      decodeSysvipc(kind, bytesOf(golden[kind])),
    );
  }
});

test("decodeSysvipc() refuses a table without header, and says where a row is wrong", () => {
  const code = "ERR_WIRE_MALFORMED";
  for (const kind of kinds) {
    const empty = { name: "WireError", code, offset: 0 };
    assert.throws(() => decodeSysvipc(kind, new Uint8Array()), empty);
    const offset = golden[kind].indexOf("-559038737");
    const wrong = golden[kind].replace(" 32769", " 32x69");
    assert.throws(() => decodeSysvipc(kind, bytesOf(wrong)), { ...empty, offset });
  }
});

test("decodeSysvipc() gives rows or a WireError for any bytes, and rows come back", () => {
  for (const kind of kinds) {
    fc.assert(
      fc.property(anyBytes(bytesOf(golden[kind])), (bytes) => {
        const rows = rowsOrError(kind, bytes);
        if (rows === undefined) return;
        assert.deepEqual(decodeSysvipc(kind, encodeSysvipc(kind, rows)), rows);
      }),
    );
  }
});

function rowsOrError<Kind extends SysvipcKind>(
  kind: Kind,
  bytes: Uint8Array,
): ReturnType<typeof decodeSysvipc<Kind>> | undefined {
  try {
    return decodeSysvipc(kind, bytes);
  } catch (error) {
    assert.ok(error instanceof WireError);
    assert.ok(error.offset >= 0);
    return undefined;
  }
}
