/** Seeing POSIX semaphores, in files and in tables of processes made for the test. */
import assert from "node:assert/strict";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { callOf, mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import { deviceOf } from "../../io/seeing/kernel-memory.ts";
import type { Mapping } from "../../wire/proc/maps.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import { seePosixSemaphores } from "./posix-see.ts";

const settings = { needs: ["isolated"] } as const;
const FUTEX = process.arch === "x64" ? 202 : 98;
const start = 0x7f0000000000n;

function words(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** A file of /dev/shm that is gone after the test, and how it looks when mapped. */
function semaphore(scene: TestScene, name: string, content: Uint8Array): Mapping {
  const path = `/dev/shm/sem.${name}`;
  writeFileSync(path, content);
  scene.after(() => rmSync(path, { force: true }));
  const { ino, dev } = statSync(path, { bigint: true });
  const [major, minor] = deviceOf(dev);
  return mappingOf(Number(ino), "/dev/shm/sem.tempor (deleted)", { major, minor });
}

function waiter(pid: number, mapping: Mapping, timeout = 0n): Process {
  const syscall = callOf(FUTEX, [start, 0n, 0n, timeout]);
  return processIn(pid, { mappings: [mapping], threads: [{ tid: pid, syscall }] });
}

test("see() reads the value of a file that nobody has mapped", settings, (scene) => {
  semaphore(scene, "a", words(5, 0, 128, 0, 0, 0, 0, 0));
  const { objects, gaps } = seePosixSemaphores(viewOf([]));
  assert.deepEqual(
    objects.map(({ address, used }) => [address, used]),
    [["psem:/a", { value: 5 }]],
  );
  assert.deepEqual(gaps, []);
});

test("see() knows no layout of 32 bits, and says so", settings, (scene) => {
  semaphore(scene, "narrow", words(2, 0, 0, 0));
  const { objects, gaps } = seePosixSemaphores(viewOf([]));
  assert.deepEqual([objects[0]?.used, objects[0]?.details["waiters"]], [{}, null]);
  assert.match(objects[0]?.unknown["value"] ?? "", /32-bit/);
  assert.deepEqual(
    gaps.map(({ what, reason, count }) => [what, reason, count]),
    [["values", "32-bit", 1]],
  );
});

test(
  "see() concludes that nobody can post only where all who have it wait for ever",
  settings,
  (scene) => {
    const mapping = semaphore(scene, "b", words(0, 2, 128, 0, 0, 0, 0, 0));
    const memory = new Map([[start, words(0, 2)]]);
    const rules = (...processes: readonly Process[]): string[] => {
      return seePosixSemaphores(viewOf(processes, memory)).findings.map(({ rule }) => rule);
    };
    const idle = processIn(13, { mappings: [mapping] });
    assert.deepEqual(rules(waiter(11, mapping), waiter(12, mapping)), ["semaphore-only-waiters"]);
    assert.deepEqual(rules(waiter(11, mapping), idle), []);
    assert.deepEqual(rules(waiter(11, mapping), waiter(12, mapping, 0x1000n)), []);
    assert.deepEqual(rules(waiter(11, mapping), processIn(14, { mappings: undefined })), []);
    const posted = new Map([[start, words(1, 2)]]);
    assert.deepEqual(seePosixSemaphores(viewOf([waiter(11, mapping)], posted)).findings, []);
  },
);

test("see() says how many of the waiters that are counted it has not seen", settings, (scene) => {
  const mapping = semaphore(scene, "c", words(0, 3, 128, 0, 0, 0, 0, 0));
  const view = viewOf([waiter(11, mapping)], new Map([[start, words(0, 3)]]));
  const [object] = seePosixSemaphores(view).objects;
  assert.deepEqual([object?.details["waiters"], object?.details["waitersSeen"]], [3, 1]);
  assert.equal(object?.unknown["waiters"], "2 of 3 counted are not seen");
});

test(
  "see() keeps an unlinked semaphore apart from one that has its name now",
  settings,
  (scene) => {
    const mapping = semaphore(scene, "d", words(1, 0, 128, 0, 0, 0, 0, 0));
    const path = "/dev/shm/sem.d (deleted)";
    const old = { ...mapping, inode: Number(mapping.inode) + 1_000_000, path };
    const view = viewOf([processIn(11, { mappings: [old] })]);
    const { objects, holds } = seePosixSemaphores(view);
    const nameless = `psem:${old.major}:${old.minor}:${old.inode}`;
    assert.deepEqual(
      objects.map(({ address }) => address),
      ["psem:/d", nameless],
    );
    assert.deepEqual(
      holds.map(({ object }) => object),
      [nameless],
    );
    assert.match(objects[1]?.unknown["value"] ?? "", /no name any more/);
  },
);
