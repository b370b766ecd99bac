/**
 * A zoo of foreign processes, each blocked in one way on one thing: one snapshot has to show exactly
 * what each of them says that it waits for, and who could end that.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Snapshot, snapshot, who, why } from "linux-ipc/inspect";
import { waitGraph } from "../../src/inspect/wait-graph.ts";
import { inTree } from "../../tools/paths.ts";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

interface Animal {
  readonly name: string;
  readonly pid: number;
  readonly object: string;
  readonly operation: string;
  readonly syscall: string;
  /** Who has the other end, the lock or the mutex, or is the child; 0: nobody in particular. */
  readonly partner: number;
}

test("snapshot() shows what each process of the zoo in C waits for, and who could end it", {
  needs: ["gcc", "isolated"],
}, async (scene) => {
  const program = await compiled(scene, "tests/inspect/zoo/zoo.c");
  await visit(scene, program, []);
});

test("snapshot() shows what each process of the zoo in Python waits for, and who could end it", {
  needs: ["python", "isolated"],
}, async (scene) => {
  await visit(scene, python, [inTree("tests/inspect/zoo/zoo.py")]);
});

test("snapshot() shows what each process of the zoo in Perl waits for, and who could end it", {
  needs: ["perl", "isolated"],
}, async (scene) => {
  await visit(scene, "perl", [inTree("tests/inspect/zoo/zoo.pl")]);
});

async function visit(
  scene: TestScene,
  program: string,
  parameters: readonly string[],
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "linux-ipc-zoo-"));
  scene.after(() => rmSync(cwd, { recursive: true }));
  const peer = await startPeer(program, parameters, { cwd });
  scene.after(async () => {
    peer.end();
    await peer.ended();
  });
  const animals = await animalsOf(peer);
  assert.ok(animals.length >= 5);
  const state = await until("every animal to be blocked", async () => {
    const seen = await snapshot();
    const waiting = new Set(seen.waits.map(({ pid }) => pid));
    return animals.every(({ pid }) => waiting.has(pid)) ? seen : undefined;
  });
  assert.deepEqual(
    animals.map(({ name, pid }) => [name, ...waitsOf(state, pid)]),
    animals.map(({ name, object, operation, syscall }) => [name, [object, operation, syscall]]),
  );
  for (const animal of animals) isHelped(state, animal);
  scene.diagnostic(`${animals.length} ways to be blocked`);
}

async function animalsOf(peer: Peer): Promise<Animal[]> {
  const animals: Animal[] = [];
  for (let line = await peer.line(); line !== "open"; line = await peer.line()) {
    const [name = "", pid, object = "", operation = "", syscall = "", partner] = line.split(" ");
    animals.push({ name, pid: Number(pid), object, operation, syscall, partner: Number(partner) });
  }
  return animals;
}

function waitsOf({ waits }: Snapshot, wanted: number): readonly unknown[] {
  return waits
    .filter(({ pid }) => pid === wanted)
    .map(({ object, operation, syscall }) => [object, operation, syscall]);
}

/** Whom the animal named is among those who could end its wait, and is named by why(). */
function isHelped(state: Snapshot, { name, pid, object, partner }: Animal): void {
  assert.equal(why(state, pid)?.blocked, true, name);
  if (!object.startsWith("pid:")) {
    assert.ok(
      who(state, object)?.waits.some((wait) => wait.pid === pid),
      name,
    );
  }
  if (partner === 0) return;
  const [wait] = state.waits.filter((one) => one.pid === pid);
  const helpers = wait === undefined ? [] : waitGraph(state).helpers(wait);
  assert.ok(
    helpers.some((helper) => helper.pid === partner),
    name,
  );
  assert.match(why(state, pid)?.text.join(" ") ?? "", new RegExp(`\\(${partner}\\)`), name);
}
