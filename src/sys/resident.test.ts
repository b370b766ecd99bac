/** Memory of others is read where it is there, and not waited for where it is not. */
import assert from "node:assert/strict";
import { python } from "../../tests/harness/needs.ts";
import { startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { readResident } from "./resident.ts";

/** Three pages, of which the first and the last are written to. */
const script = `
import ctypes, mmap
pages = mmap.mmap(-1, 3 * mmap.PAGESIZE)
pages[0:5] = b"first"
pages[2 * mmap.PAGESIZE:2 * mmap.PAGESIZE + 4] = b"last"
print(ctypes.addressof(ctypes.c_char.from_buffer(pages)), mmap.PAGESIZE, flush=True)
input()
`;

test("readResident() reads what is in memory, and nothing that has to be brought", {
  needs: ["python"],
}, async () => {
  await using peer = await startPeer(python, ["-c", script]);
  const [start = 0n, page = 0n] = (await peer.line()).split(" ").map(BigInt);
  const at = (place: bigint, size: number): string | undefined => {
    const bytes = readResident(peer.pid, start + place, size);
    return bytes && Buffer.from(bytes).toString("latin1");
  };
  assert.equal(at(0n, 5), "first");
  assert.equal(at(2n * page, 4), "last");
  assert.equal(at(page, 4), undefined);
  assert.equal(at(2n * page - 1n, 2), undefined);
  assert.equal(readResident(peer.pid, 0n, 8), undefined);
  assert.equal(readResident(peer.pid, 2n ** 64n - 8n, 8), undefined);
  assert.equal(readResident(2 ** 22 + 1, start, 8), undefined);
  peer.end();
});
