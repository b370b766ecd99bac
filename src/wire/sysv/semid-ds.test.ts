/** The layouts of struct semid_ds and struct seminfo: golden bytes, and what gcc makes of the headers. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import {
  decodeSemidDs,
  decodeSeminfo,
  encodeSemidDs,
  SEMID_DS_BYTES,
  SEMINFO_BYTES,
  type SemidDs,
  type SemidDsLayout,
  semidDsLayout,
} from "./semid-ds.ts";

const permissions =
  "7856345a0100000002000000030000000400000080010000" +
  "070000000000000000000000000000000000000000000000";
const operated = "0a00000000000000";
const changed = "00d2496b00000000";
const count = "0300000000000000";
const none = "0000000000000000";

/** Packed field by field after include/uapi/asm-generic/sembuf.h and the one of x86. */
const golden: Readonly<Record<SemidDsLayout, Buffer>> = {
  x86: Buffer.from(permissions + operated + none + changed + none + count + none + none, "hex"),
  generic: Buffer.from(permissions + operated + changed + count + none + none, "hex"),
};

const decoded: SemidDs = {
  key: 0x5a345678,
  uid: 1,
  gid: 2,
  creatorUid: 3,
  creatorGid: 4,
  mode: 0o600,
  sequence: 7,
  operatedTime: 10n,
  changedTime: 1_800_000_000n,
  count: 3n,
};

const layouts = ["x86", "generic"] as const;

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

test("semidDsLayout() knows which architecture pads", () => {
  assert.equal(semidDsLayout("x64"), "x86");
  assert.equal(semidDsLayout("arm64"), "generic");
});

test("decodeSemidDs() finds every field at its place, in both layouts", () => {
  assert.equal(golden.x86.length, SEMID_DS_BYTES);
  for (const layout of layouts) {
    assert.deepEqual(decodeSemidDs(viewOf(golden[layout]), layout), decoded, layout);
  }
});

test("encodeSemidDs() writes every field into empty memory, in both layouts", () => {
  for (const layout of layouts) {
    const bytes = new Uint8Array(golden[layout].length);
    encodeSemidDs(viewOf(bytes), decoded, layout);
    assert.deepEqual(Buffer.from(bytes), golden[layout], layout);
  }
});

test("encodeSemidDs() writes back what decodeSemidDs() read, whatever the bytes", () => {
  const sizes = { minLength: SEMID_DS_BYTES, maxLength: SEMID_DS_BYTES };
  fc.assert(
    fc.property(fc.uint8Array(sizes), fc.constantFrom(...layouts), (bytes, layout) => {
      const copy = Uint8Array.from(bytes);
      encodeSemidDs(viewOf(copy), decodeSemidDs(viewOf(bytes), layout), layout);
      assert.deepEqual(copy, bytes);
    }),
  );
});

test("the generic struct semid64_ds has its members where decodeSemidDs() reads them", {
  needs: ["gcc"],
}, async () => {
  await assertLayout({
    header: "asm-generic/sembuf.h",
    struct: "struct semid64_ds",
    sizeBytes: golden.generic.length,
    members: [
      ["sem_perm.mode", 20, 4],
      ["sem_perm.seq", 24, 2],
      ["sem_otime", 48, 8],
      ["sem_ctime", 56, 8],
      ["sem_nsems", 64, 8],
    ],
  });
});

test("this machine's struct semid64_ds is of the layout that semidDsLayout() says", {
  needs: ["gcc"],
}, async () => {
  const x86 = semidDsLayout(process.arch) === "x86";
  await assertLayout({
    header: "asm/sembuf.h",
    struct: "struct semid64_ds",
    sizeBytes: golden[x86 ? "x86" : "generic"].length,
    members: [
      ["sem_otime", 48, 8],
      ["sem_ctime", x86 ? 64 : 56, 8],
      ["sem_nsems", x86 ? 80 : 64, 8],
    ],
  });
});

test("decodeSeminfo() reads the ten fields in the order of the header", {
  needs: ["gcc"],
}, async () => {
  const bytes = Buffer.alloc(SEMINFO_BYTES);
  for (let word = 0; word < 10; word++) bytes.writeInt32LE(word + 1, word * 4);
  assert.deepEqual(Object.values(decodeSeminfo(viewOf(bytes))), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await assertLayout({
    header: "linux/sem.h",
    struct: "struct seminfo",
    sizeBytes: SEMINFO_BYTES,
    members: [
      ["semmni", 4, 4],
      ["semopm", 20, 4],
      ["semusz", 28, 4],
      ["semvmx", 32, 4],
      ["semaem", 36, 4],
    ],
  });
});
