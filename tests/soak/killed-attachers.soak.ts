/**
 * Processes killed with SIGKILL at random points while they attach and detach: the kernel gives
 * everything back, the segment is whole, and what others have attached of it works.
 */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../harness/deadline.ts";
import { scaled } from "../harness/scale.ts";
import { seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { startProgram } from "../shared-memory/programs.ts";
import { attached, privateSegment } from "../shared-memory/segment.ts";

/** A thousand in a soak. */
const kills = scaled(1_000);
const atATime = 2;

test("nattch comes back whenever an attacher is killed", {
  timeoutMs: 60_000 + kills * 1_000,
}, async (scene) => {
  const random = seeded("kills", (line) => scene.diagnostic(line));
  const segment = privateSegment(scene, { sizeBytes: 50_000 });
  const memory = attached(scene, segment);
  let most = 0;
  for (let round = 0; round < kills / atATime; round++) {
    memory.write(0, `round ${round}`);
    const peers = await Promise.all(
      Array.from({ length: atATime }, () =>
        startProgram("hold", [segment.id, random.integer(0, 1e9)]),
      ),
    );
    for (const peer of peers) assert.equal(await peer.line(), "ready");
    await pause(random.integer(0, 30));
    most = Math.max(most, segment.stat().attachments);
    for (const peer of peers) peer.kill();
    for (const peer of peers) assert.equal((await peer.ended()).signal, "SIGKILL");
    await until("the end of their attachments", () => segment.stat().attachments === 1);
    assert.equal(memory.read(0, 12).toString().replace(/\0.*/, ""), `round ${round}`);
  }
  scene.diagnostic(`${kills} kills, at most ${most - 1} attachments at a time`);
  assert.ok(most > 1, "the killed processes never had it attached");
  assert.equal(memory.read(49_999, 1)[0], 1);
});
