/** Faults that are not ours are what they always were, although our handlers see them first. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listSysvSharedMemory } from "linux-ipc/shared-memory";
import { inTree } from "../../tools/paths.ts";
import { ask, type Peer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { startProgram } from "./programs.ts";

async function started(what: string, ...more: readonly string[]): Promise<Peer> {
  const peer = await startProgram("faults", [what, ...more], { timeoutMs: 30_000 });
  assert.equal(await peer.line(), "ready");
  return peer;
}

for (const signal of ["SIGSEGV", "SIGBUS"] as const) {
  test(`${signal} sent by somebody else ends the process`, { needs: ["unsanitized"] }, async () => {
    await using peer = await started("wait");
    peer.kill(signal);
    assert.equal((await peer.ended()).signal, signal);
  });
}

test("SIGBUS sent by the process to itself ends it", { needs: ["unsanitized"] }, async () => {
  await using peer = await started("bus");
  assert.equal((await peer.ended()).signal, "SIGBUS");
});

test("an access to memory that is nobody's ends the process", {
  needs: ["gcc", "unsanitized"],
}, async (scene) => {
  await using peer = await started("wild", await wildLibrary(scene));
  assert.equal((await peer.ended()).signal, "SIGSEGV");
});

async function wildLibrary(scene: TestScene): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-wild-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const library = join(folder, "wild.node");
  const source = inTree("tests/shared-memory/peers/wild.c");
  await ask("gcc", ["-shared", "-fPIC", "-o", library, source]);
  return library;
}

test("WebAssembly traps as before, between damages to our memory", async () => {
  await using peer = await started("wasm");
  const { code, stdout, stderr } = await peer.ended();
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, "ready\ntruncated\ntruncated\n");
});

test("the handlers are back once a listener of Node's has taken them away", async () => {
  await using peer = await started("listen");
  const { code, stdout, stderr } = await peer.ended();
  assert.deepEqual([code, stderr], [0, ""]);
  assert.equal(stdout, "ready\nSIGBUS\nSIGSEGV\ntruncated\n");
});

test("process.exit() ends a process whose memory is in use by threads", async () => {
  await using peer = await started("exit");
  const { code, signal, stderr } = await peer.ended();
  assert.deepEqual({ code, signal, stderr }, { code: 7, signal: null, stderr: "" });
  assertNothingAttached();
});

test("an exception that nobody catches ends a process whose memory is in use", async () => {
  await using peer = await started("throw");
  const { code, stderr } = await peer.ended();
  assert.equal(code, 1);
  assert.match(stderr, /Error: on purpose/);
  assertNothingAttached();
});

/** What was removed is gone with its last attachment. */
function assertNothingAttached(): void {
  assert.deepEqual(listSysvSharedMemory(), []);
}
