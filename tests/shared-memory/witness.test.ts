/** strace is the witness of what the room asks of the kernel: every flag and every command. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { programPath } from "./programs.ts";

/** What must be seen, in this order; the kernel's own words as strace decodes them (see plain()). */
const asked: readonly RegExp[] = [
  /shmget\(0x5a170002, 12288, IPC_CREAT\|IPC_EXCL\|0640\) += \d+/,
  /shmget\(0x5a170002, 100, IPC_CREAT\|0600\) += \d+/,
  /shmget\(0x5a170002, 0, 0+\) += \d+/,
  /shmctl\(\d+, IPC_STAT, .*\) += 0/,
  /shmget\(IPC_PRIVATE, 12288, IPC_CREAT\|SHM_NORESERVE\|0600\) += \d+/,
  /shmget\(IPC_PRIVATE, 12288, IPC_CREAT\|SHM_HUGETLB\|0600\) += /,
  /shmget\(IPC_PRIVATE, 12288, IPC_CREAT\|SHM_HUGETLB\|SHM_NORESERVE\|21<<SHM_HUGE_SHIFT\|0600\) += /,
  /shmget\(IPC_PRIVATE, 12288, IPC_CREAT\|SHM_HUGETLB\|30<<SHM_HUGE_SHIFT\|0600\) += /,
  /shmat\(\d+, NULL, 0\) += 0x/,
  /shmat\(\d+, NULL, SHM_RDONLY\) += 0x/,
  /shmdt\(0x[0-9a-f]+\) += 0/,
  /shmat\(\d+, NULL, SHM_RDONLY\|SHM_EXEC\) += 0x/,
  /shmdt\(0x[0-9a-f]+\) += 0/,
  /mmap\(NULL, 36864, PROT_NONE, MAP_PRIVATE\|MAP_ANONYMOUS\|MAP_NORESERVE, -1, 0\) += 0x/,
  /shmat\(\d+, NULL, SHM_RDONLY\) += 0x/,
  /shmat\(\d+, 0x[0-9a-f]+000, SHM_REMAP\) += 0x[0-9a-f]+000/,
  /shmdt\(0x[0-9a-f]+\) += 0/,
  /mmap\(0x[0-9a-f]+, 12288, PROT_NONE, MAP_PRIVATE\|MAP_FIXED\|MAP_ANONYMOUS\|MAP_NORESERVE, -1, 0\) += 0x/,
  /shmat\(\d+, 0x[0-9a-f]+000, SHM_RDONLY\|SHM_RND\|SHM_REMAP\) += 0x[0-9a-f]+000/,
  /munmap\(0x[0-9a-f]+, 36864\) += 0/,
  /mprotect\(0x[0-9a-f]+, 12288, PROT_READ\) += 0/,
  /mprotect\(0x[0-9a-f]+, 4096, PROT_NONE\) += 0/,
  /mprotect\(0x[0-9a-f]+, 12288, PROT_READ\|PROT_WRITE\) += 0/,
  /mlock\(0x[0-9a-f]+, 12288\) += 0/,
  /mlock2\(0x[0-9a-f]+, 4096, MLOCK_ONFAULT\) += 0/,
  /munlock\(0x[0-9a-f]+, 12288\) += 0/,
  /madvise\(0x[0-9a-f]+, 12288, MADV_WILLNEED\) += 0/,
  /madvise\(0x[0-9a-f]+, 4096, MADV_DONTFORK\) += 0/,
  /msync\(0x[0-9a-f]+, 12288, MS_SYNC\) += 0/,
  /msync\(0x[0-9a-f]+, 12288, MS_ASYNC\|MS_INVALIDATE\) += 0/,
  /mincore\(0x[0-9a-f]+, 12288, \[.*\]\) += 0/,
  /shmdt\(0x[0-9a-f]+\) += 0/,
  /shmctl\(\d+, SHM_LOCK, .*\) += 0/,
  /shmctl\(\d+, SHM_UNLOCK, .*\) += 0/,
  /shmctl\(\d+, IPC_STAT, .*mode=0640.*\) += 0/,
  /shmctl\(\d+, IPC_SET, \{shm_perm=\{uid=\d+, gid=\d+, mode=0600.*\) += 0/,
  /shmctl\(\d+, IPC_STAT, .*mode=0600.*\) += 0/,
  /shmctl\(0, IPC_INFO, .*\) += \d+/,
  /shmctl\(0, SHM_INFO, .*\) += \d+/,
  /shmctl\(\d+, SHM_STAT_ANY, .*\) += \d+/,
  /shmctl\(\d+, IPC_RMID, .*\) += 0/,
];

test("strace sees every flag and command of the room", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  let from = 0;
  for (const pattern of asked) {
    const index = calls.findIndex((call, at) => at >= from && pattern.test(call));
    assert.notEqual(index, -1, `not seen: ${pattern}\nin\n${calls.slice(from).join("\n")}`);
    from = index + 1;
  }
});

test("strace sees nothing of shared memory that was not asked for", {
  needs: ["strace", "unsanitized"],
}, async (scene) => {
  const calls = await trace(scene, "every-call");
  const count = (name: string): number => calls.filter((call) => call.includes(`${name}(`)).length;
  // Two of the five are the pins of the two that are attached in a range.
  assert.deepEqual([count("shmget"), count("shmat")], [7, 7]);
  assert.equal(count("shmdt"), 5);
});

const names =
  "shmget,shmat,shmdt,shmctl,mmap,munmap,mprotect,mlock,mlock2,munlock,madvise,msync,mincore";

/** What one of our programs asked on its main thread, in order. */
async function trace(scene: TestScene, program: string): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-strace-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "calls");
  const watched = [process.execPath, programPath(program)];
  const options = ["-e", `trace=${names}`, "-e", "signal=none", "-o", file, "--", ...watched];
  await ask("strace", options, { timeoutMs: 30_000 });
  return readFileSync(file, "utf8").split("\n").map(plain);
}

/** Without what versions of strace write differently: IPC_64, and numbers in hexadecimal. */
function plain(call: string): string {
  return call.replace("IPC_64|", "").replace(/0x15<<SHM_HUGE_SHIFT/, "21<<SHM_HUGE_SHIFT");
}
