/** How long the command takes to start, over a Node that does nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "../harness/test.ts";
import { commandFile } from "./ipc.ts";

const overMsMax = 30;
const runs = 15;
/** Another program's load only ever adds: what one round shows to be quick is quick. */
const rounds = 3;

const nothing = ["-e", "0"];
const programs: readonly (readonly string[])[] = [
  nothing,
  [commandFile, "--version"],
  [commandFile, "help", "ls"],
  [commandFile, "ls"],
];

test("ipc --version and ipc help ls start within 30 ms over node -e 0", {
  needs: ["unsanitized"],
  timeoutMs: 120_000,
}, (scene) => {
  let slowest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && slowest > overMsMax; round++) {
    const [node = 0, version = 0, help = 0, ls = 0] = lowestOf(programs);
    slowest = Math.max(version, help) - node;
    const over = { "--version": version, "help ls": help, ls };
    const figures = Object.entries(over).map(([name, ms]) => `${name} +${(ms - node).toFixed(1)}`);
    scene.diagnostic(`node -e 0: ${node.toFixed(1)} ms; ipc ${figures.join(", ")} ms`);
  }
  assert.ok(slowest <= overMsMax, `${slowest.toFixed(1)} ms over node -e 0`);
});

/** The lowest of some runs of each; they alternate, so that a load of a moment meets all. */
function lowestOf(all: readonly (readonly string[])[]): number[] {
  const lowest = all.map(() => Number.POSITIVE_INFINITY);
  for (let run = 0; run < runs; run++) {
    for (const [index, words] of all.entries()) {
      lowest[index] = Math.min(lowest[index] ?? 0, elapsedMs(words));
    }
  }
  return lowest;
}

function elapsedMs(words: readonly string[]): number {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const elapsed = performance.now() - begun;
  assert.equal(status, 0, stderr);
  return elapsed;
}
