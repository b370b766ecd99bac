/** The layouts of struct shmid_ds and its fellows: golden bytes, and what gcc makes of the headers. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import {
  decodeShmidDs,
  decodeShminfo,
  decodeShmUse,
  encodeShmidDs,
  SHM_USE_BYTES,
  SHMID_DS_BYTES,
  SHMINFO_BYTES,
} from "./shmid-ds.ts";

/** Packed field by field after include/uapi/asm-generic/{ipcbuf,shmbuf}.h. */
const golden = Buffer.from(
  "7856345a01000000020000000300000004000000800700000700000000000000" +
    "000000000000000000000000000000000010000001000000" +
    "0a000000000000000000000000000000" +
    "00d2496b00000000bb010000bc01000002000000000000000000000000000000" +
    "0000000000000000",
  "hex",
);

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The words of a struct of longs, numbered from 1. */
function numbered(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 8) bytes.writeBigUInt64LE(BigInt(at / 8 + 1), at);
  return bytes;
}

test("decodeShmidDs() finds every field at its place", () => {
  assert.equal(golden.length, SHMID_DS_BYTES);
  assert.deepEqual(decodeShmidDs(viewOf(golden)), {
    key: 0x5a345678,
    uid: 1,
    gid: 2,
    creatorUid: 3,
    creatorGid: 4,
    mode: 0o3600,
    sequence: 7,
    sizeBytes: 0x1_0000_1000n,
    attachedTime: 10n,
    detachedTime: 0n,
    changedTime: 1_800_000_000n,
    creatorPid: 443,
    lastPid: 444,
    attachments: 2n,
  });
});

test("encodeShmidDs() writes back what decodeShmidDs() read, whatever the bytes", () => {
  const sizes = { minLength: SHMID_DS_BYTES, maxLength: SHMID_DS_BYTES };
  fc.assert(
    fc.property(fc.uint8Array(sizes), (bytes) => {
      const copy = Uint8Array.from(bytes);
      encodeShmidDs(viewOf(copy), decodeShmidDs(viewOf(bytes)));
      assert.deepEqual(copy, bytes);
    }),
  );
});

test("encodeShmidDs() writes every field into empty memory", () => {
  const bytes = new Uint8Array(SHMID_DS_BYTES);
  encodeShmidDs(viewOf(bytes), decodeShmidDs(viewOf(golden)));
  assert.deepEqual(Buffer.from(bytes), golden);
});

test("struct shmid64_ds has its members where decodeShmidDs() reads them", {
  needs: ["gcc"],
}, async () => {
  await assertLayout({
    header: "asm/shmbuf.h",
    struct: "struct shmid64_ds",
    sizeBytes: SHMID_DS_BYTES,
    members: [
      ["shm_perm.key", 0, 4],
      ["shm_perm.uid", 4, 4],
      ["shm_perm.gid", 8, 4],
      ["shm_perm.cuid", 12, 4],
      ["shm_perm.cgid", 16, 4],
      ["shm_perm.mode", 20, 4],
      ["shm_perm.seq", 24, 2],
      ["shm_segsz", 48, 8],
      ["shm_atime", 56, 8],
      ["shm_dtime", 64, 8],
      ["shm_ctime", 72, 8],
      ["shm_cpid", 80, 4],
      ["shm_lpid", 84, 4],
      ["shm_nattch", 88, 8],
    ],
  });
});

test("decodeShminfo() reads the five limits in the order of the header", () => {
  const limits = decodeShminfo(viewOf(numbered(SHMINFO_BYTES)));
  assert.deepEqual(Object.values(limits), [1n, 2n, 3n, 4n, 5n]);
});

test("decodeShmUse() reads the count of segments, then five sums", () => {
  const use = decodeShmUse(viewOf(numbered(SHM_USE_BYTES)));
  assert.deepEqual(Object.values(use), [1, 2n, 3n, 4n, 5n, 6n]);
});

test("the two structs of use and limits are as large as in the headers", {
  needs: ["gcc"],
}, async () => {
  const header = "linux/shm.h";
  const limits = { header, struct: "struct shminfo64", sizeBytes: SHMINFO_BYTES };
  await assertLayout({ ...limits, members: [["shmall", 32, 8]] });
  const use = { header, struct: "struct shm_info", sizeBytes: SHM_USE_BYTES };
  await assertLayout({
    ...use,
    members: [
      ["used_ids", 0, 4],
      ["shm_tot", 8, 8],
      ["swap_successes", 40, 8],
    ],
  });
});
