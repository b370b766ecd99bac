/** Shows what is said of named memory that nobody holds, and how sure that is. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import type { MemoryObject } from "../../io/seeing/memory-objects.ts";
import { posixFinding, type Use } from "./memory-findings.ts";

const nowMs = Date.UTC(2026, 0, 2);
const file = {
  ...{ key: "0:40:2", major: 0, minor: 40, inode: 2, mode: 0o600, uid: 0, gid: 0, links: 1 },
  ...{ sizeBytes: 4096, allocatedBytes: 0, usedAtMs: Date.UTC(2026, 0, 1), changedAtMs: 0 },
};
const memory: MemoryObject = {
  ...{ key: file.key, kind: "pshm", address: "pshm:/x", major: 0, minor: 40, inode: 2, path: "" },
  ...{ file, open: undefined, name: undefined, mappings: [], descriptors: [] },
};
const unseen = { processes: 0, hidden: false, outside: false };
const use: Use = { holders: 0, unseen, nowMs };

test("posixFinding() calls the removal of old memory that nobody holds likely, never safe", () => {
  const found = posixFinding(memory, use);
  assert.deepEqual([found?.rule, found?.removal], ["pshm-leaked", "likely"]);
  assert.match(
    found?.text.at(-1) ?? "",
    /^=> .*open it again by its name; if so: ipc rm pshm:\/x$/,
  );
});

test("posixFinding() keeps what is new, and what may be used from outside", () => {
  const fresh = posixFinding({ ...memory, file: { ...file, usedAtMs: nowMs - 1_000 } }, use);
  assert.equal(fresh?.removal, "keep");
  const outside = posixFinding(memory, { ...use, unseen: { ...unseen, outside: true } });
  assert.equal(outside?.removal, "keep");
});

test("posixFinding() says nothing where somebody holds it, or may do so unseen", () => {
  const silent = [
    posixFinding(memory, { ...use, holders: 1 }),
    posixFinding(memory, { ...use, unseen: { ...unseen, processes: 1 } }),
    posixFinding(memory, { ...use, unseen: { ...unseen, hidden: true } }),
    posixFinding({ ...memory, kind: "map" }, use),
  ];
  assert.deepEqual(silent, [undefined, undefined, undefined, undefined]);
});
