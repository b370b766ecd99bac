/** Shows that a walk gives what was asked for and nothing else, and what it refuses. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { decodeWalk } from "../wire/proc/walk.ts";
import { addon } from "./addon.ts";
import {
  WALK_ALL,
  WALK_DESCRIPTORS,
  WALK_FILES,
  WALK_NAMESPACES,
  WALK_THREADS,
  walk,
} from "./walk.ts";

test("walk() reads only what its bits ask for", () => {
  const own = (what: number) => decodeWalk(walk(what)).processes.get(process.pid);
  const bare = own(0);
  assert.equal(bare?.comm.length !== 0, true);
  assert.deepEqual([bare?.uid, bare?.descriptors], [null, undefined]);
  assert.deepEqual([bare?.namespaces.size, bare?.threads.length], [0, 0]);
  assert.equal(own(WALK_FILES)?.uid, process.getuid?.());
  assert.equal((own(WALK_THREADS)?.threads.length ?? 0) > 1, true);
  assert.equal(own(WALK_NAMESPACES)?.namespaces.size, 5);
  assert.equal((own(WALK_DESCRIPTORS)?.descriptors?.length ?? 0) > 3, true);
  assert.equal(own(WALK_ALL)?.failures.length, 0);
});

test("walk() refuses unknown bits", () => {
  for (const what of [WALK_ALL + 1, -1, 0.5, 2 ** 40, Number.NaN]) {
    assert.throws(() => walk(what), { name: "SystemError", code: "EINVAL" });
  }
});

test("walk() leaves no region behind", () => {
  const first = addon().walk(0);
  addon().regionRelease(first);
  for (let i = 0; i < 50; i++) walk(0);
  const last = addon().walk(0);
  addon().regionRelease(last);
  assert.equal(last, first);
});
