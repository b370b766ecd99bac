/** Shows that a trial fails where its figures would be worth nothing, and leaves nothing running. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { sumOf } from "./checksum.ts";
import { cpusFor } from "./placement.ts";
import { type Player, runTrial, type Trial } from "./trial.ts";

const [cpu = 0] = cpusFor("same") ?? [];
const right = sumOf(10, 64);

const trial: Trial = {
  workload: "sysv try ping-pong",
  ends: [
    { role: "near", receives: true },
    { role: "far", receives: true },
  ],
  sizeBytes: 64,
  warmup: 2,
  messages: 10,
  cpus: [cpu, cpu],
  shared: [],
};

/** An end written in JavaScript; `role` is there for it to read. */
function player(script: string): Player {
  const words = `const [workload, role, size, warmup, messages] = process.argv.slice(1); ${script}`;
  return { name: "player", command: [process.execPath, "-e", words, "--"] };
}

function print(sum: string): string {
  return `console.log(JSON.stringify({ nanoseconds: 800, messages: messages - warmup, sum: ${sum} }))`;
}

test("runTrial() gives the first end's nanoseconds a measured message", async () => {
  assert.equal(await runTrial(player(print(`${right}`)), trial), 100);
});

test("runTrial() fails on a wrong sum, of whichever end", async () => {
  for (const role of ["near", "far"]) {
    const wrong = player(print(`role === "${role}" ? ${right + 1} : ${right}`));
    const message = new RegExp(`wrong sum of ${role}: ${right + 1}, expected ${right}`);
    await assert.rejects(runTrial(wrong, trial), message);
  }
});

test("runTrial() expects no sum of an end that receives nothing", async () => {
  const [near, far] = trial.ends as [Trial["ends"][0], Trial["ends"][0]];
  const oneWay = { ...trial, ends: [near, { ...far, receives: false }] };
  const words = print(`role === "near" ? ${right} : 0`);
  assert.equal(await runTrial(player(words), oneWay), 100);
});

test("runTrial() fails with what the end said, and ends the other", async () => {
  const failing = player(`
    if (role === "near") setInterval(() => {}, 1000);
    else { console.error("the far end is broken"); process.exit(3); }`);
  await assert.rejects(runTrial(failing, trial), /far ended with 3\nthe far end is broken/);
});

test("runTrial() ends both when it is aborted", async () => {
  const endless = player("setInterval(() => {}, 1000)");
  const signal = AbortSignal.timeout(100);
  await assert.rejects(runTrial(endless, trial, signal), /aborted due to timeout/);
});
