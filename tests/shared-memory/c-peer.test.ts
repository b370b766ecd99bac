/** The manual page's own example, and C's atomics, with our memory between. */
import assert from "node:assert/strict";
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import { compiled } from "../harness/compiled.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { startProgram } from "./programs.ts";
import { attached, privateSegment, removeById } from "./segment.ts";

const settings = { needs: ["gcc"], timeoutMs: 120_000 } as const;

function compiledPeer(scene: TestScene, name: string): Promise<string> {
  return compiled(scene, `tests/shared-memory/peers/${name}.c`);
}

test("write() reaches the reader of shmop(2)", settings, async (scene) => {
  await using reader = await startPeer(await compiledPeer(scene, "string-read"));
  const [segmentId, setId] = (await reader.line()).split(" ").map(Number);
  scene.after(() => removeById(segmentId ?? -1));
  const memory = attached(scene, SysvSharedMemory.byId(segmentId ?? -1));
  memory.write(0, "Hello, world\0");
  using set = SysvSemaphoreSet.byId(setId ?? -1);
  await set.operate([{ index: 0, by: -1 }]);
  assert.equal(await reader.line(), "Hello, world");
  assert.equal((await reader.ended()).code, 0);
});

test("read() gives what the writer of shmop(2) wrote", settings, async (scene) => {
  const segment = privateSegment(scene);
  const memory = attached(scene, segment, { readOnly: true });
  using set = SysvSemaphoreSet.open(0, { count: 1, initial: [1] });
  scene.after(() => SysvSemaphoreSet.byId(set.id).remove());
  const written = set.waitForZero(0, { timeoutMs: 10_000 });
  const writer = await compiledPeer(scene, "string-write");
  await ask(writer, [`${segment.id}`, `${set.id}`, "Hello, reader"]);
  await written;
  assert.equal(memory.read(0, 14).toString(), "Hello, reader\0");
});

test(
  "Atomics.add() and __atomic_fetch_add() lose nothing to one another",
  settings,
  async (scene) => {
    const segment = privateSegment(scene);
    const memory = attached(scene, segment);
    const program = await compiledPeer(scene, "add");
    const count = 1_000_000;
    const parameters = [`${segment.id}`, `${count}`];
    const peers: readonly Peer[] = await Promise.all([
      startPeer(program, parameters, { timeoutMs: 60_000 }),
      startPeer(program, parameters, { timeoutMs: 60_000 }),
      startProgram("add", parameters, { timeoutMs: 60_000 }),
      startProgram("add", parameters, { timeoutMs: 60_000 }),
    ]);
    scene.after(() => Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]())));
    for (const peer of peers) assert.equal(await peer.line(), "ready");
    const small = memory.view(Int32Array, 0, 1);
    const large = memory.view(BigInt64Array, 8, 1);
    Atomics.store(memory.view(Int32Array, 16, 1), 0, 1);
    for (let own = 0; own < count; own++) {
      Atomics.add(small, 0, 1);
      Atomics.add(large, 0, 1n);
    }
    for (const peer of peers) assert.equal((await peer.ended()).code, 0);
    assert.equal(Atomics.load(small, 0), 5 * count);
    assert.equal(Atomics.load(large, 0), 5n * BigInt(count));
  },
);
