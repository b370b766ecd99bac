/** The limits of the kernel and of the process: reached, and told about. */
import assert from "node:assert/strict";
import {
  SysvSharedMemory,
  type SysvSharedMemoryLimitsChange,
  setSysvSharedMemoryLimits,
  sysvSharedMemoryLimits,
} from "linux-ipc/shared-memory";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { startProgramUnder } from "./programs.ts";
import { attached, privateSegment } from "./segment.ts";

const isolated = { needs: ["isolated"] } as const;

/** Changes the limits of this file's own namespace until the end of the test. */
function withLimits(scene: TestScene, change: SysvSharedMemoryLimitsChange): void {
  const { segmentBytesMax, segmentsMax, pagesMax, removeForced } = sysvSharedMemoryLimits();
  const before = { segmentBytesMax, segmentsMax, pagesMax, removeForced };
  scene.after(() => setSysvSharedMemoryLimits(before));
  setSysvSharedMemoryLimits(change);
}

function open(sizeBytes: number): () => SysvSharedMemory {
  return () => SysvSharedMemory.open(0, { sizeBytes });
}

test("open() names kernel.shmmax when a segment is too long", isolated, (scene) => {
  withLimits(scene, { segmentBytesMax: 8_192 });
  privateSegment(scene, { sizeBytes: 8_192 });
  const refused = { code: "EINVAL", syscall: "shmget", hint: /kernel\.shmmax allows 8192 bytes/ };
  assert.throws(open(8_193), refused);
});

test("open() names kernel.shmmni when there are too many segments", isolated, (scene) => {
  withLimits(scene, { segmentsMax: sysvSharedMemoryLimits().segments + 1 });
  privateSegment(scene);
  assert.throws(open(1), { code: "ENOSPC", hint: /kernel\.shmmni allows 1 segments/ });
});

test("open() names kernel.shmall when there are too many pages", isolated, (scene) => {
  withLimits(scene, { pagesMax: Number(sysvSharedMemoryLimits().pages) + 4 });
  privateSegment(scene, { sizeBytes: 3 * 4_096 });
  const refused = { code: "ENOSPC", hint: /kernel\.shmall allows 4 pages, 3 are used/ };
  assert.throws(open(2 * 4_096), refused);
  privateSegment(scene, { sizeBytes: 4_096 });
});

test("open() tells when the machine promises no such amount", isolated, (scene) => {
  withLimits(scene, { segmentBytesMax: 2n ** 63n, pagesMax: 2n ** 52n });
  const refused = { code: /ENOMEM|EINVAL/, syscall: "shmget" };
  assert.throws(open(2 ** 52), refused);
});

test("shm_rmid_forced removes what nobody has, once its creator has ended", {
  needs: ["isolated", "perl"],
}, async (scene) => {
  const script = "use IPC::SysV qw(IPC_PRIVATE); print shmget(IPC_PRIVATE, 10, 0600)";
  const made = SysvSharedMemory.byId(Number(await ask("perl", ["-e", script])));
  const own = privateSegment(scene);
  assert.equal(made.stat().attachments, 0);
  withLimits(scene, { removeForced: true });
  assert.throws(() => made.stat(), { code: "EIDRM" });
  const memory = attached(scene, own);
  assert.equal(own.stat().removed, false);
  memory.close();
  assert.throws(() => own.stat(), { code: "EIDRM" });
});

/** What programs/limited.ts says of each try. */
async function underLimit(
  scene: TestScene,
  wrapper: readonly [string, ...string[]],
  how: "stay" | "drop",
): Promise<Readonly<Record<string, string>>> {
  const segment = privateSegment(scene, { sizeBytes: 2 ** 22, mode: 0o666 });
  if (how === "drop") segment.set({ uid: 65_534 });
  await using peer = await startProgramUnder(wrapper, "limited", [segment.id, how]);
  const { code, stdout, stderr } = await peer.ended();
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.pop(), "alive");
  return Object.fromEntries(lines.map((line) => /^(\w+) (.*)$/.exec(line)?.slice(1) as string[]));
}

test("lock() names RLIMIT_MEMLOCK, of the segment and of the memory", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const said = await underLimit(scene, ["prlimit", "--memlock=65536", "--"], "drop");
  assert.match(said["lockSegment"] ?? "", /^ENOMEM RLIMIT_MEMLOCK reached/);
  assert.match(said["lockMemory"] ?? "", /^ENOMEM RLIMIT_MEMLOCK reached/);
  assert.equal(said["lockPage"], "allowed");
  const none = await underLimit(scene, ["prlimit", "--memlock=0", "--"], "drop");
  assert.match(none["lockSegment"] ?? "", /^EPERM it needs CAP_IPC_LOCK.*RLIMIT_MEMLOCK/);
  assert.match(none["lockPage"] ?? "", /^EPERM RLIMIT_MEMLOCK/);
});

test("attach() and reserve() name RLIMIT_AS", { needs: ["unsanitized"] }, async (scene) => {
  const said = await underLimit(scene, ["env"], "stay");
  assert.match(said["attachAll"] ?? "", /^ENOMEM no room.*RLIMIT_AS/);
  assert.match(said["reserve"] ?? "", /^ENOMEM see RLIMIT_AS/);
  assert.equal(said["attach"], "allowed");
});

test("open() with huge pages tells what they need", {
  needs: ["root", "setuid"],
}, async (scene) => {
  const said = await underLimit(scene, ["env"], "drop");
  assert.match(
    said["hugePages"] ?? "",
    /^(EPERM huge pages need CAP_IPC_LOCK|ENOMEM not that many)/,
  );
  const noSize = { code: "EINVAL", syscall: "shmget" };
  const sizeBytes = 2 ** 23;
  assert.throws(() => SysvSharedMemory.open(0, { sizeBytes, hugePages: 2 ** 23 }), noSize);
});
