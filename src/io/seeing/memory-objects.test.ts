/** Shows what is taken for memory between processes, and what is one piece and what is two. */
import assert from "node:assert/strict";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { test } from "../../../tests/harness/test.ts";
import { mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Mapping } from "../../wire/proc/maps.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import { deviceOf, kernelMemory } from "./kernel-memory.ts";
import { memoryHolds, unseenHolders, unseenWords } from "./memory-holds.ts";
import { memoryObjects } from "./memory-objects.ts";

const [major = 0, minor = 1] = (kernelMemory().ordinary ?? "").split(":").map(Number);
const kernel = { major, minor };
/** Of no file system that is there. */
const other = { major: 0, minor: 2 ** 19 };

function seen(...processes: readonly Process[]) {
  const objects = [...memoryObjects(viewOf(processes)).values()];
  return objects.map(({ address, mappings }) => [address, ...mappings.map(pidOf)]);
}

function pidOf({ process: { pid } }: { readonly process: Process }): number {
  return pid;
}

function withMappings(pid: number, ...mappings: readonly Mapping[]): Process {
  return processIn(pid, { mappings });
}

test("memoryObjects() joins by device and inode, whatever the path", () => {
  const first = withMappings(11, mappingOf(7, "/run/a", other), mappingOf(8, "/run/b", other));
  const second = withMappings(12, mappingOf(7, "/elsewhere/c (deleted)", other));
  const third = withMappings(13, mappingOf(7, "/run/a", { major: 0, minor: 2 ** 19 + 1 }));
  assert.deepEqual(seen(first, second, third), [
    ["map:0:524288:7", 11, 12],
    ["map:0:524288:8", 11],
    ["map:0:524289:7", 13],
  ]);
});

test("memoryObjects() keeps a segment, a memfd and anonymous memory of one number apart", () => {
  const mappings = [
    mappingOf(3, "/SYSV00000000 (deleted)", kernel),
    mappingOf(3, "/memfd:x (deleted)", kernel),
    mappingOf(3, "/dev/zero (deleted)", kernel),
  ];
  assert.deepEqual(seen(withMappings(11, ...mappings)), [
    ["shm:3", 11],
    ["memfd:3", 11],
    ["map:3", 11],
  ]);
});

test("memoryObjects() keeps the segments of two IPC namespaces apart", () => {
  const mappings = [mappingOf(3, "/SYSV00000000 (deleted)", kernel)];
  const there = processIn(12, { mappings, namespaces: new Map([["ipc", 7]]) });
  assert.deepEqual(seen(withMappings(11, ...mappings), there), [
    ["shm:3", 11],
    ["@7/shm:3", 12],
  ]);
});

test("memoryObjects() believes no path that says what its device denies", () => {
  const mappings = ["/memfd:x (deleted)", "/SYSV00000000 (deleted)"].map((path, index) => {
    return mappingOf(index + 1, path, other);
  });
  assert.deepEqual(seen(withMappings(11, ...mappings)), [
    ["map:0:524288:1", 11],
    ["map:0:524288:2", 11],
  ]);
});

test("memoryObjects() leaves out what is no memory between processes", () => {
  const mappings = [
    mappingOf(3, "/memfd:x (deleted)", { ...kernel, shared: false }),
    mappingOf(3, "/drm mm object (deleted)", kernel),
    mappingOf(9, "/dev/dri/card0", other),
    mappingOf(9, "/dev/snd/pcmC0D0p", other),
    mappingOf(9, "/[aio] (deleted)", other),
    mappingOf(9, "anon_inode:[io_uring]", other),
    mappingOf(9, "anon_inode:[perf_event]", other),
    mappingOf(9, "socket:[9]", other),
    mappingOf(0, "", other),
  ];
  assert.deepEqual(seen(withMappings(11, ...mappings)), []);
});

test("memoryObjects() calls by its name what is mapped under another path", {
  needs: ["isolated"],
}, (scene) => {
  writeFileSync("/dev/shm/x", "");
  scene.after(() => rmSync("/dev/shm/x"));
  const { ino, dev } = statSync("/dev/shm/x", { bigint: true });
  const [deviceMajor, deviceMinor] = deviceOf(dev);
  const mapping = mappingOf(Number(ino), "/x", { major: deviceMajor, minor: deviceMinor });
  const view = viewOf([withMappings(11, mapping)]);
  const [object] = memoryObjects(view).values();
  assert.equal(object?.address, "pshm:/x");
  const holds = object === undefined ? [] : memoryHolds(object);
  assert.deepEqual(holds, [
    {
      pid: 11,
      object: "pshm:/x",
      how: "mapping",
      fd: null,
      at: "0x7f0000000000",
      mode: "read-write",
    },
  ]);
});

test("unseenHolders() counts whose mappings or descriptors could not be read", () => {
  const refused = { failures: [{ what: "maps", errno: -7 }] };
  const view = viewOf([
    processIn(11),
    processIn(12, { mappings: undefined }),
    processIn(13, { descriptors: undefined }),
    processIn(14, refused),
  ]);
  assert.deepEqual(unseenHolders(view), { processes: 3, hidden: false, outside: true });
  assert.match(unseenWords(unseenHolders(view)) ?? "", /of 3 processes could not be read/);
  const hidden = { ...viewOf([]), isGone: () => false };
  assert.equal(unseenHolders(hidden).hidden, true);
  assert.equal(unseenWords(unseenHolders(viewOf([]))), undefined);
});
