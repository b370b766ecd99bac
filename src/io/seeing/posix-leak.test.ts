/** Shows what is said of a name that nobody holds, and how sure that is. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { posixLeak, type Unheld } from "./posix-leak.ts";

const nowMs = Date.UTC(2026, 0, 2);
const file = {
  ...{ key: "0:40:2", major: 0, minor: 40, inode: 2, mode: 0o600, uid: 0, gid: 0, links: 1 },
  ...{ sizeBytes: 4096, allocatedBytes: 0, usedAtMs: Date.UTC(2026, 0, 1), changedAtMs: 0 },
};
const unseen = { processes: 0, hidden: false, outside: false };
const about = { rule: "pshm-leaked", address: "pshm:/x", state: "has 4096 bytes" };
const unheld: Unheld = { ...about, file, unseen, nowMs };

test("posixLeak() calls the removal of what is old and unheld likely, never safe", () => {
  const found = posixLeak(unheld);
  assert.deepEqual([found?.rule, found?.removal], ["pshm-leaked", "likely"]);
  assert.deepEqual(found?.text, [
    "pshm:/x has 4096 bytes.",
    "It was last made, opened or changed at 2026-01-01T00:00:00.000Z.",
    "=> it may be left over, unless a program means to open it again by its name; if so: ipc rm pshm:/x",
  ]);
});

test("posixLeak() keeps what is new, elsewhere, or may be used from outside", () => {
  const kept = [
    posixLeak({ ...unheld, file: { ...file, usedAtMs: nowMs - 1_000 } }),
    posixLeak({ ...unheld, address: "@7/pshm:/x" }),
    posixLeak({ ...unheld, unseen: { ...unseen, outside: true } }),
  ];
  assert.deepEqual(
    kept.map((found) => [found?.removal, found?.text.length]),
    [
      ["keep", 4],
      ["keep", 4],
      ["keep", 4],
    ],
  );
});

test("posixLeak() says nothing where somebody may hold it unseen", () => {
  assert.equal(posixLeak({ ...unheld, unseen: { ...unseen, processes: 1 } }), undefined);
  assert.equal(posixLeak({ ...unheld, unseen: { ...unseen, hidden: true } }), undefined);
});
