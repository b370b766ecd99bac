/** Segments as the command handles them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { sysvSharedMemoryKind as kind } from "./sysv-kind.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";
import { listSysvSharedMemory } from "./sysv-status.ts";

/** The verbs that this kind has. */
function verbs(): Required<Pick<typeof kind, "make" | "remove" | "peek">> {
  const { make, remove, peek } = kind;
  assert.ok(make && remove && peek);
  return { make, remove, peek };
}

test("make, peek and remove work by address", async () => {
  const { make, remove, peek } = verbs();
  const options = { key: 0x7c000201, mode: 0o640, size: 5000, "no-reserve": true };
  const address = await make.run({ options });
  assert.match(address, /^shm:\d+$/);
  const segment = SysvSharedMemory.open(0x7c000201);
  assert.deepEqual([segment.stat().mode, segment.stat().sizeBytes], [0o640, 5000]);
  {
    using memory = segment.attach();
    memory.write(4998, "ab");
  }
  const [end] = await peek.run({ address: "shm:0x7c000201", options: { offset: 4998 }, count: 1 });
  assert.deepEqual(end, { data: Buffer.from("ab"), about: { offset: 4998 } });
  const [some] = await peek.run({ address, options: { size: 3 }, count: 1 });
  assert.deepEqual(some?.data, Buffer.alloc(3));
  const [begin] = await peek.run({ address, options: {}, count: 1 });
  assert.equal(begin?.data.length, 256);
  assert.equal(segment.stat().attachments, 0);
  await remove.run({ address, options: {} });
  await assert.rejects(remove.run({ address, options: {} }), { code: /EINVAL|EIDRM/ });
});

test("peek refuses what lies outside of the segment", async (scene) => {
  const { make, remove, peek } = verbs();
  const address = await make.run({ options: { size: 10 } });
  scene.after(() => remove.run({ address, options: {} }));
  for (const offset of [-1, 10, 2 ** 60]) {
    const outside = peek.run({ address, options: { offset }, count: 1 });
    await assert.rejects(outside, { code: "ERR_OUT_OF_RANGE", message: /0 to 9/ });
  }
});

test("make leaves no segment behind when its options are refused", async () => {
  const { make } = verbs();
  for (const options of [
    {},
    { size: -1 },
    { size: 1, key: 2 ** 40 },
    { size: 1, "huge-pages": 3 },
  ]) {
    await assert.rejects(make.run({ options }), { code: "ERR_OUT_OF_RANGE" });
  }
  assert.deepEqual(listSysvSharedMemory(), []);
});
