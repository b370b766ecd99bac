/** Segments of huge pages: where there are some, and where there are too few. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ReservedRange, type SysvSharedMemory } from "linux-ipc/shared-memory";
import { until } from "../harness/deadline.ts";
import { type TestScene, test } from "../harness/test.ts";
import { collect, mapped } from "./abuse/left.ts";
import { attached, privateSegment } from "./segment.ts";

const page = 4_096;
const settings = { needs: ["huge-pages", "isolated"] } as const;

/** A line of /proc/meminfo. */
function ofMachine(name: string): number {
  return Number(
    new RegExp(`^${name}: +(\\d+)`, "m").exec(readFileSync("/proc/meminfo", "latin1"))?.[1],
  );
}

const hugePage = ofMachine("Hugepagesize") * 1_024;

/** How large the pages of the segment's memory are, where it is mapped; proc_pid_smaps(5). */
function pageSizes({ id }: SysvSharedMemory): number[] {
  const smaps = readFileSync("/proc/self/smaps", "latin1");
  const ours = new RegExp(` ${id} +/SYSV.*\\n(?:.*\\n)*?KernelPageSize: +(\\d+) kB`, "g");
  return [...smaps.matchAll(ours)].map(([, kibibytes]) => Number(kibibytes) * 1_024);
}

async function assertNothingLeft(segment: SysvSharedMemory, free: number): Promise<void> {
  assert.equal(segment.stat().attachments, 0);
  segment.remove();
  await collect();
  assert.deepEqual(mapped(), []);
  await until("the huge pages", () => ofMachine("HugePages_Free") === free);
}

test(
  "attach() gives memory of huge pages, of which sizeBytes may be used",
  settings,
  async (scene) => {
    const free = ofMachine("HugePages_Free");
    for (const hugePages of [true, hugePage]) {
      const segment = privateSegment(scene, { sizeBytes: page, hugePages });
      const memory = attached(scene, segment);
      const bytes = memory.bytes;
      bytes.fill(7);
      assert.deepEqual([bytes.length, pageSizes(segment)], [page, [hugePage]]);
      assert.equal(ofMachine("HugePages_Free"), free - 1);
      assert.equal(memory.damage, undefined);
      const window = memory.window(page - 10, 10);
      memory.close();
      assert.deepEqual([bytes.length, window.length], [0, 0]);
      await assertNothingLeft(segment, free);
    }
  },
);

test("protect(), advise() and lock() take all of it, or whole huge pages", settings, (scene) => {
  const sizeBytes = hugePage + page;
  const memory = attached(scene, privateSegment(scene, { sizeBytes, hugePages: true }));
  memory.write(hugePage, "here");
  memory.protect("read", { offset: hugePage });
  memory.protect("none", { sizeBytes: hugePage });
  assert.equal(memory.read(hugePage, 4).toString(), "here");
  memory.protect("read-write");
  memory.advise("will-need");
  memory.lock();
  memory.unlock();
  assert.equal(memory.resident()[hugePage / page], 1);
  const part = { code: "EINVAL", syscall: "mprotect", hint: /whole pages, huge or not/ };
  assert.throws(() => memory.protect("read", { sizeBytes: page }), part);
});

test("what is forbidden is replaced in whole huge pages", settings, async (scene) => {
  const free = ofMachine("HugePages_Free");
  const segment = privateSegment(scene, { sizeBytes: 2 * hugePage, hugePages: true });
  const other = attached(scene, segment);
  other.bytes.fill(5);
  const memory = attached(scene, segment, { readOnly: true });
  const bytes = memory.bytes;
  bytes[hugePage + 1] = 1;
  assert.equal(memory.damage, "forbidden-access");
  assert.deepEqual([bytes[0], bytes[hugePage], bytes[hugePage + 1]], [5, 5, 1]);
  assert.equal(other.bytes[hugePage + 1], 5);
  memory.close();
  other.close();
  await assertNothingLeft(segment, free);
});

/** The first offset of a range at which a segment of huge pages can be attached. */
function alignedOffset(segment: SysvSharedMemory, range: ReservedRange): number {
  for (let offset = 0; offset < hugePage; offset += page) {
    try {
      segment.attach({ range, offset }).close();
      return offset;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EINVAL", String(error));
    }
  }
  throw new Error("no offset is right");
}

test(
  "a range has room for whole huge pages, and nothing beyond it is replaced",
  settings,
  (scene) => {
    const segment = privateSegment(scene, { sizeBytes: page, hugePages: true });
    const ordinary = privateSegment(scene, { sizeBytes: page });
    using range = ReservedRange.reserve(3 * hugePage);
    const offset = alignedOffset(segment, range);
    const neighbour = attached(scene, ordinary, { range, offset: offset + hugePage - page });
    neighbour.write(0, "unharmed");
    assert.throws(() => segment.attach({ range, offset }), { code: "EBUSY" });
    assert.equal(neighbour.read(0, 8).toString(), "unharmed");
    neighbour.close();
    const memory = attached(scene, segment, { range, offset });
    const beside = attached(scene, ordinary, { range, offset: offset + hugePage });
    assert.throws(() => ordinary.attach({ range, offset: offset + page }), { code: "EBUSY" });
    memory.write(0, "huge");
    beside.write(0, "small");
    memory.close();
    assert.equal(beside.read(0, 5).toString(), "small");
  },
);

test("a huge page does not fit where its size does, but it does not", settings, (scene) => {
  const segment = privateSegment(scene, { sizeBytes: page, hugePages: true });
  for (let time = 0; time < 20; time++) {
    using range = ReservedRange.reserve(hugePage - page);
    for (let offset = 0; offset < range.sizeBytes; offset += page) {
      const attach = (): unknown => segment.attach({ range, offset });
      assert.throws(attach, { code: "ENOMEM", hint: /no room in the range/ });
    }
  }
});

test("more huge pages than there are show zeros, and say so", {
  needs: ["isolated"],
}, async (scene) => {
  const free = ofMachine("HugePages_Free");
  for (const more of [1, 3]) await touchTooMany(scene, ofMachine("HugePages_Total") + more, free);
});

/** The last is not touched as a whole, and the memory ends in its midst. */
async function touchTooMany(scene: TestScene, pages: number, free: number): Promise<void> {
  const sizeBytes = (pages - 1) * hugePage + page;
  const segment = privateSegment(scene, { sizeBytes, hugePages: true, noReserve: true });
  const memory = attached(scene, segment);
  const bytes = memory.bytes;
  for (let at = 0; at < sizeBytes; at += hugePage) bytes[at] = 1;
  assert.equal(memory.damage, "truncated");
  assert.throws(() => memory.read(0, 1), { code: "EFAULT" });
  for (let at = 0; at < sizeBytes; at += hugePage) assert.equal(bytes[at], 1);
  memory.close();
  assert.equal(bytes.length, 0);
  await assertNothingLeft(segment, free);
}
