/** Programs in other languages use our segment, and we theirs, in both directions. */
import assert from "node:assert/strict";
import { SysvSharedMemory, type SysvSharedMemoryStatus } from "linux-ipc/shared-memory";
import { randomOf } from "../harness/seed.ts";
import { describe, test } from "../harness/test.ts";
import { ForeignSegment, type Language, languages } from "./foreign.ts";
import { attached, freeKey, keyedSegment, removeById } from "./segment.ts";

const sizeBytes = 70_001;

for (const language of languages) {
  const settings = { needs: [language.need] };

  describe(language.name, () => {
    test("what the peer writes is in our memory, byte for byte", settings, async (scene) => {
      const key = freeKey();
      const memory = attached(scene, keyedSegment(scene, key, { sizeBytes }));
      await using peer = await ForeignSegment.open(language, key, sizeBytes);
      const data = randomOf(3).bytes(5_000);
      for (const offset of [0, 1, 4_095, sizeBytes - data.length]) {
        assert.equal(await peer.write(offset, data), "done");
        assert.deepEqual(memory.read(offset, data.length), data);
        assert.deepEqual(memory.window(offset, data.length), data);
      }
    });

    test("what we write the peer reads, through views too", settings, async (scene) => {
      const key = freeKey();
      const memory = attached(scene, keyedSegment(scene, key, { sizeBytes }));
      await using peer = await ForeignSegment.open(language, key, sizeBytes);
      const data = randomOf(4).bytes(5_000);
      memory.write(sizeBytes - data.length, data);
      assert.deepEqual(await peer.read(sizeBytes - data.length, data.length), data);
      memory.view(BigUint64Array, 8, 2).set([1n, 2n ** 64n - 1n]);
      memory.view(Float64Array, 24, 1)[0] = 1;
      const expected = `01${"00".repeat(7)}${"ff".repeat(8)}000000000000f03f`;
      assert.equal((await peer.read(8, 24)).toString("hex"), expected);
    });

    test("open() finds the segment that the peer made", settings, async (scene) => {
      const key = freeKey();
      await using peer = await ForeignSegment.open(language, key, 5_000);
      await peer.write(4_990, Buffer.from("here first"));
      const segment = SysvSharedMemory.open(key);
      scene.after(() => removeById(segment.id));
      assert.equal(segment.id, peer.id);
      assert.equal(segment.stat().sizeBytes, 5_000);
      assert.equal(attached(scene, segment).read(4_990, 10).toString(), "here first");
    });

    test("remove() leaves the peer what it has, and the peer's us", settings, async (scene) => {
      const key = freeKey();
      const segment = keyedSegment(scene, key, { sizeBytes });
      const memory = attached(scene, segment);
      await using peer = await ForeignSegment.open(language, key, sizeBytes);
      assert.equal(await peer.ask("remove"), "done");
      assert.equal(segment.stat().removed, true);
      assert.throws(() => SysvSharedMemory.open(key), { code: "ENOENT" });
      memory.write(0, "still here");
      assert.equal(
        attached(scene, segment, { readOnly: true }).read(0, 10).toString(),
        "still here",
      );
    });

    if (language.showsStatus) statusTests(language);
  });
}

function statusTests(language: Language): void {
  const settings = { needs: [language.need] };

  test("stat() agrees with the peer's, in every field", settings, async (scene) => {
    const key = freeKey();
    const segment = keyedSegment(scene, key, { sizeBytes, mode: 0o640 });
    await using peer = await ForeignSegment.open(language, key, sizeBytes);
    attached(scene, segment);
    assert.equal(await peer.ask("attach"), "done");
    const ours = segment.stat();
    assert.deepEqual([ours.attachments, ours.lastPid], [2, peer.peer.pid]);
    assert.deepEqual(await peer.stat(), fieldsOf(ours));
    assert.equal(await peer.ask("detach"), "done");
    assert.deepEqual(await peer.stat(), fieldsOf(segment.stat()));
    assert.equal(segment.stat().attachments, 1);
  });

  test("set() is seen by the peer, and the peer's change by stat()", settings, async (scene) => {
    const key = freeKey();
    const segment = keyedSegment(scene, key, { sizeBytes });
    await using peer = await ForeignSegment.open(language, key, sizeBytes);
    segment.set({ mode: 0o642 });
    assert.equal(((await peer.stat())["mode"] ?? 0) & 0o777, 0o642);
    assert.equal(await peer.ask("set", "604"), "done");
    assert.equal(segment.stat().mode, 0o604);
  });

  test("remove() is the end for the peer that has nothing attached", settings, async (scene) => {
    const key = freeKey();
    const segment = keyedSegment(scene, key, { sizeBytes });
    await using peer = await ForeignSegment.open(language, key, sizeBytes);
    segment.remove();
    assert.match(await peer.ask("read", 0, 1), /^(EIDRM|EINVAL)$/);
  });
}

/** Our fields by their C names. */
function fieldsOf(ours: SysvSharedMemoryStatus): Record<string, number> {
  const seconds = (date: Date | undefined): number =>
    date === undefined ? 0 : date.getTime() / 1000;
  return {
    uid: ours.uid,
    gid: ours.gid,
    cuid: ours.creatorUid,
    cgid: ours.creatorGid,
    mode: ours.mode,
    segsz: ours.sizeBytes,
    lpid: ours.lastPid,
    cpid: ours.creatorPid,
    nattch: ours.attachments,
    atime: seconds(ours.attachedAt),
    dtime: seconds(ours.detachedAt),
    ctime: seconds(ours.changedAt),
  };
}
