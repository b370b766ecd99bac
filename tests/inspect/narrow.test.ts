/** Shows that a 32-bit task's blocked call is read by its own table and in its own width. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { snapshot } from "linux-ipc/inspect";
import { inTree } from "../../tools/paths.ts";
import { blocked } from "../harness/blocked.ts";
import { runPeer, startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { privateQueue } from "../message-queue/queue.ts";

for (const flags of [[], ["-DMULTIPLEXED"]]) {
  const way = flags.length === 0 ? "msgrcv(2)" : "ipc(2)";
  test(`snapshot() decodes a 32-bit task blocked in ${way}`, { needs: ["gcc"] }, async (scene) => {
    const folder = mkdtempSync(join(tmpdir(), "linux-ipc-narrow-"));
    scene.after(() => rmSync(folder, { recursive: true }));
    const queue = privateQueue(scene);
    const program = join(folder, "narrow");
    const form = ["-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie", `-DID=${queue.id}`];
    const source = inTree("tests/inspect/narrow.c");
    const built = await runPeer("gcc", [...form, ...flags, "-o", program, source]);
    if (built.code !== 0) {
      assert.notEqual(process.arch, "x64", built.stderr);
      scene.diagnostic("this machine has no 32-bit x86 tasks");
      return;
    }
    await using peer = await startPeer(program);
    await blocked(peer.pid, "msgrcv", queue.id);
    const wait = (await snapshot()).waits.find(({ pid }) => pid === peer.pid);
    assert.equal(wait?.object, `msg:${queue.id}`);
    assert.equal(wait?.need["type"], -9);
    assert.equal(wait?.need["maxBytes"], 99);
  });
}
