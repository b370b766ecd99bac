/** Seeing memory without System V, in tables of processes made for the test. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { ObjectRecord } from "../../io/schema.ts";
import { kernelMemory } from "../../io/seeing/kernel-memory.ts";
import { seeMemory } from "./memory-see.ts";

const [major = 0, minor = 1] = (kernelMemory().ordinary ?? "").split(":").map(Number);
const kernel = { major, minor };
/** Of no file system that is there. */
const other = { major: 0, minor: 2 ** 19 };
const readOnly = { write: false };

function byAddress(objects: readonly ObjectRecord[]): Map<string, ObjectRecord> {
  return new Map(objects.map((object) => [object.address, object]));
}

test("see() shows what one at least may write, and no cache that all only read", () => {
  const mappings = [
    mappingOf(1, "/usr/lib/gconv-modules.cache", { ...other, ...readOnly }),
    mappingOf(2, "/srv/ring", { ...other, ...readOnly }),
    mappingOf(3, "/dev/zero (deleted)", { ...kernel, ...readOnly }),
  ];
  const writer = processIn(12, { mappings: [mappingOf(2, "/srv/ring", other)] });
  const { objects, holds } = seeMemory(viewOf([processIn(11, { mappings }), writer]));
  const shown = objects.filter(({ kind }) => kind === "map").map(({ address }) => address);
  assert.deepEqual(shown, ["map:0:524288:2"]);
  assert.deepEqual(
    holds.map(({ pid, how, mode }) => [pid, how, mode]),
    [
      [11, "mapping", "read"],
      [12, "mapping", "read-write"],
    ],
  );
  const { processes, processesThatWrite } = objects.at(-1)?.details ?? {};
  assert.deepEqual([processes, processesThatWrite], [2, 1]);
});

test("see() says what it does not know of memory without a name, and how far it is mapped", () => {
  const end = 0x7f0000002000n;
  const mappings = [
    mappingOf(3, "/dev/zero (deleted)", { ...kernel, offset: 4096n, end }),
    mappingOf(4, "/dev/shm/gone (deleted)", other),
    mappingOf(5, "/memfd:a b (deleted) (deleted)", kernel),
  ];
  const { objects } = seeMemory(viewOf([processIn(11, { mappings })]));
  const found = byAddress(objects);
  const anonymous = found.get("map:3");
  assert.deepEqual([anonymous?.used, anonymous?.flags], [{ mappedBytes: 12_288 }, []]);
  assert.equal(anonymous?.details["anonymous"], true);
  assert.ok(anonymous?.unknown["bytes"] && anonymous.unknown["mode"]);
  const gone = found.get("map:0:524288:4");
  assert.deepEqual([gone?.flags, gone?.details["path"]], [["deleted"], "/dev/shm/gone"]);
  const memfd = found.get("memfd:5");
  assert.deepEqual([memfd?.details["name"], memfd?.details["seals"]], ["a b (deleted)", null]);
  assert.equal(memfd?.unknown["seals"], "nobody has a descriptor of it");
});

test("see() takes two thousand processes with three mappings each", () => {
  const processes = Array.from({ length: 2_000 }, (_, index) => {
    const mappings = [
      mappingOf(1, "/memfd:a (deleted)", kernel),
      mappingOf(index + 2, "/dev/zero (deleted)", kernel),
      mappingOf(1, "/srv/ring", other),
    ];
    return processIn(index + 1, { mappings });
  });
  const { objects, holds } = seeMemory(viewOf(processes));
  const ours = objects.filter(({ kind }) => kind !== "pshm");
  assert.deepEqual([ours.length, holds.length], [2_002, 6_000]);
});
