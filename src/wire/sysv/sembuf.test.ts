/** The layout of struct sembuf: golden bytes, and what gcc makes of the header. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { assertLayout } from "../../../tests/wire/layout.ts";
import { decodeSembufs, encodeSembufs, SEMBUF_BYTES } from "./sembuf.ts";

test("decodeSembufs() reads each operation, signed where it is", () => {
  const golden = Buffer.from("0100fdff0010" + "ffff00000008" + "0000ff7f0018" + "0000", "hex");
  assert.deepEqual(decodeSembufs(golden), [
    { num: 1, op: -3, flg: 0o10000 },
    { num: 65535, op: 0, flg: 0o4000 },
    { num: 0, op: 32767, flg: 0o14000 },
  ]);
  assert.deepEqual(decodeSembufs(new Uint8Array()), []);
});

test("encodeSembufs(decodeSembufs()) gives the same bytes, whatever they are", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const whole = bytes.subarray(0, bytes.length - (bytes.length % SEMBUF_BYTES));
      assert.deepEqual(encodeSembufs(decodeSembufs(bytes)), Uint8Array.from(whole));
    }),
  );
});

test("struct sembuf is as long as decodeSembufs() takes it", { needs: ["gcc"] }, async () => {
  await assertLayout({
    header: "linux/sem.h",
    struct: "struct sembuf",
    sizeBytes: SEMBUF_BYTES,
    members: [
      ["sem_num", 0, 2],
      ["sem_op", 2, 2],
      ["sem_flg", 4, 2],
    ],
  });
});
