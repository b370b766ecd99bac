/** Seeing segments: the objects and who has them attached, from processes made for the test. */
import assert from "node:assert/strict";
import { type TestScene, test } from "../../../tests/harness/test.ts";
import { ipcNamespace, mappingOf, processIn, viewOf } from "../../../tests/inspect/table.ts";
import type { Sight, View } from "../../io/room.ts";
import type { ObjectRecord } from "../../io/schema.ts";
import { seeSysvSharedMemory } from "./sysv-see.ts";
import { type SysvSharedMemory as Segment, SysvSharedMemory } from "./sysv-shared-memory.ts";

function segmentFor(scene: TestScene, key = 0, mode = 0o640): Segment {
  const segment = SysvSharedMemory.open(key, { create: true, sizeBytes: 10_000, mode });
  scene.after(() => segment.remove());
  return segment;
}

function seen(view: View, { id }: Segment): { object: ObjectRecord; sight: Sight } {
  const sight = seeSysvSharedMemory(view);
  const object = sight.objects.find(({ address }) => address === `shm:${id}`);
  assert.ok(object);
  return { object, sight };
}

const path = "/SYSV00000000 (deleted)";

test("see() gives a segment all its fields, and its key as an alias", (scene) => {
  const segment = segmentFor(scene, 0x7d000201, 0o620);
  segment.lock();
  const { object, sight } = seen(viewOf([]), segment);
  assert.deepEqual(object.aliases, ["shm:0x7d000201"]);
  assert.deepEqual([object.mode, object.namespace], [0o620, ipcNamespace]);
  assert.equal(object.used["bytes"], 10_000);
  assert.equal(typeof object.used["residentBytes"], "number");
  assert.equal(object.used["swappedBytes"], 0);
  assert.deepEqual(object.flags, ["locked"]);
  assert.deepEqual(object.details["mayWrite"], ["owner", "group"]);
  assert.equal(object.details["creatorPid"], process.pid);
  assert.deepEqual([object.details["attachedAt"], object.details["lastUsePid"]], [null, null]);
  assert.ok(object.unknown["attachedAt"] && object.unknown["lastUsePid"]);
  assert.deepEqual(sight.gaps, []);
});

test("see() counts who has it attached, and who may write", (scene) => {
  const segment = segmentFor(scene);
  using _first = segment.attach();
  using _second = segment.attach({ readOnly: true });
  const mappings = [mappingOf(segment.id, path), mappingOf(segment.id, path, { write: false })];
  const { object, sight } = seen(viewOf([processIn(11, { mappings })]), segment);
  assert.deepEqual(
    sight.holds.map(({ pid, object: held, mode }) => [pid, held, mode]),
    [
      [11, object.address, "read-write"],
      [11, object.address, "read"],
    ],
  );
  const { attachments, attachmentsSeen, attachmentsThatWrite } = object.details;
  assert.deepEqual([attachments, attachmentsSeen, attachmentsThatWrite], [2, 2, 1]);
  assert.equal(object.unknown["holders"], undefined);
  assert.deepEqual(sight.gaps, []);
});

test("see() says how many attachments it could not see", (scene) => {
  const segment = segmentFor(scene);
  using _first = segment.attach();
  using _second = segment.attach();
  const mappings = [mappingOf(segment.id, path)];
  const { object, sight } = seen(viewOf([processIn(11, { mappings })]), segment);
  assert.equal(object.unknown["holders"], "1 of 2 attachments are not visible");
  const [gap] = sight.gaps;
  assert.deepEqual([gap?.what, gap?.reason, gap?.count], ["attachments", "not-seen", 1]);
  assert.match(
    gap?.text ?? "",
    /^1 attachment of 1 shared memory segment is counted by the kernel/,
  );
});

test("see() says so when two processes that share one memory show an attachment twice", (scene) => {
  const segment = segmentFor(scene);
  using _memory = segment.attach();
  const mappings = [mappingOf(segment.id, path)];
  const both = [processIn(11, { mappings }), processIn(12, { mappings })];
  const { object, sight } = seen(viewOf(both), segment);
  const { attachments, attachmentsSeen, attachmentsSeenTwice } = object.details;
  assert.deepEqual([attachments, attachmentsSeen, attachmentsSeenTwice], [1, 2, 1]);
  assert.deepEqual(sight.gaps, []);
});

test("see() flags a segment that is removed and still attached", (scene) => {
  const segment = SysvSharedMemory.open(0, { create: true, sizeBytes: 1 });
  using _memory = segment.attach();
  segment.remove();
  const { object } = seen(viewOf([]), segment);
  assert.deepEqual(object.flags, ["removed"]);
  scene.diagnostic(object.address);
});

test("see() takes as many attachments as anybody may make", (scene) => {
  const segment = segmentFor(scene);
  const mappings = Array.from({ length: 10_000 }, () => mappingOf(segment.id, path));
  const many = Array.from({ length: 15 }, (_, index) => processIn(index + 11, { mappings }));
  assert.equal(seen(viewOf(many), segment).sight.holds.length, 150_000);
});
