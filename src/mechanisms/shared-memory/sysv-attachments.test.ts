/** Shows which mappings are attachments, and of which segment. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import { attachmentsById, holdsOf } from "./sysv-attachments.ts";

const path = "/SYSV5a000001 (deleted)";
const key = 0x5a000001;

test("attachmentsById() finds each attachment with its place and its rights", () => {
  const reads = mappingOf(3, path, { write: false, start: 0x7f52eee1a000n });
  const none = mappingOf(4, path, { read: false, write: false });
  const view = viewOf([
    processIn(11, { mappings: [mappingOf(3, path), reads] }),
    processIn(12, { mappings: [mappingOf(3, path), none] }),
  ]);
  const found = attachmentsById(view);
  assert.deepEqual(
    holdsOf({ id: 3, key, removed: false }, found).map(({ pid, at, mode }) => [pid, at, mode]),
    [
      [11, "0x7f0000000000", "read-write"],
      [11, "0x7f52eee1a000", "read"],
      [12, "0x7f0000000000", "read-write"],
    ],
  );
  assert.deepEqual(holdsOf({ id: 4, key, removed: false }, found), [
    {
      pid: 12,
      object: "shm:4",
      how: "attachment",
      fd: null,
      at: "0x7f0000000000",
      mode: null,
    },
  ]);
});

test("holdsOf() leaves out what was attached under another key, until the segment has none", () => {
  const found = attachmentsById(viewOf([processIn(11, { mappings: [mappingOf(3, path)] })]));
  assert.equal(holdsOf({ id: 3, key: 7, removed: false }, found).length, 0);
  assert.equal(holdsOf({ id: 3, key: 0, removed: false }, found).length, 0);
  assert.equal(holdsOf({ id: 3, key: 0, removed: true }, found).length, 1);
});

test("attachmentsById() takes nothing else for an attachment", () => {
  const mappings = [
    mappingOf(3, "/dev/zero (deleted)"),
    mappingOf(3, "/memfd:SYSV5a000001 (deleted)"),
    mappingOf(3, "/SYSV5a000001"),
    mappingOf(3, "/tmp/SYSV5a000001 (deleted)"),
    mappingOf(3, path, { major: 254 }),
    mappingOf(3, path, { major: 0, minor: 2 ** 20 }),
    mappingOf(3, path, { shared: false }),
    { ...mappingOf(3, path), inode: 2n ** 60n },
  ];
  const elsewhere = { namespaces: new Map([["ipc", 7]]), mappings: [mappingOf(3, path)] };
  const unreadable = processIn(13, { mappings: undefined });
  const view = viewOf([processIn(11, { mappings }), processIn(12, elsewhere), unreadable]);
  assert.equal(attachmentsById(view).size, 0);
});
