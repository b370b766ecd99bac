/** Every native function survives random calls; and a fuzzer that finds nothing would be noticed. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseFlags, nodeHeaders, platform } from "../../tools/build/compiler.ts";
import { inTree } from "../../tools/paths.ts";
import { ask, type Outcome, runPeer } from "../harness/peer.ts";
import { seeded } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import type { Histogram } from "./tally.ts";

/** All of them in every run: they take seconds. */
const callsPerFunction = 10_000;

/**
 * In namespaces of its own; nobody in them, so that the kernel takes every capability away when Node
 * starts; with limits on what it can open, write and dump.
 */
const namespaces: readonly string[] = [
  ...["--user", "--pid", "--mount", "--ipc", "--net", "--fork"],
  ...["--mount-proc", "--kill-child=SIGKILL"],
];
const limits: readonly string[] = [
  ...["prlimit", "--nofile=512", "--core=0", "--fsize=0", "--msgqueue=0", "--memlock=0", "--"],
];

/** Runs the fuzzer, as the child of a witness if there is one, which wants to be root. */
async function fuzz(
  addon: string,
  count: number,
  seed: number,
  witness: readonly string[] = [],
): Promise<Outcome> {
  const user = witness.length === 0 ? [] : ["--map-root-user"];
  const wrapper = [...namespaces, ...user, "--", ...witness, ...limits];
  const fuzzer = join(import.meta.dirname, "surface.js");
  const command = [process.execPath, fuzzer, addon, String(count), String(seed)];
  const preload = process.env["LD_PRELOAD"];
  const env = preload === undefined ? {} : { LD_PRELOAD: preload };
  return await runPeer("unshare", [...wrapper, ...command], { timeoutMs: 600_000, env });
}

async function addonPath(): Promise<string> {
  const binary = inTree("prebuilds", await platform(), "linux-ipc.node");
  return process.env["LINUX_IPC_ADDON"] ?? binary;
}

/** The functions that need not make a system call each time, and why; all others must. */
const exempt: ReadonlyMap<string, string> = new Map([
  ["regionCreate", "memory"],
  ["regionBuffer", "memory"],
  ["regionRelease", "memory"],
  ["pollOpen", "is open most of the time, and is then refused"],
  ["pollClose", "gives back what pollOpen made, if it is open"],
  ["pollReference", "a flag of the event loop"],
  ["waitOpen", "is open all the time after the first, and is then refused"],
  ["waitCancel", "signals a thread, if its call still runs"],
  ["waitReference", "a flag of the event loop"],
  ["waitTrim", "ends threads, if there are idle ones"],
  ["abroadEnter", "is away most of the time, and is then refused"],
  ["abroadLeave", "ends a stay elsewhere, if there is one"],
  ["pipeFills", "begins a child each time, and is therefore mostly refused"],
  ["mappingWindow", "memory"],
  ["mappingWhole", "memory"],
  ["mappingSize", "memory"],
  ["mappingGuard", "memory"],
  ["mappingStates", "memory"],
  ["mappingForget", "memory that was given back before"],
]);

test("the addon survives 10,000 random calls of each function, most of which reach the kernel", {
  needs: ["userns"],
  timeoutMs: 600_000,
}, async (scene) => {
  const { seed } = seeded("surface", (line) => scene.diagnostic(line));
  const { code, stdout, stderr } = await fuzz(await addonPath(), callsPerFunction, seed);
  assert.equal(code, 0, stderr);
  const histogram = JSON.parse(stdout) as Histogram;
  for (const line of linesOf(histogram)) scene.diagnostic(line);
  const tallies = Object.entries(histogram);
  assert.ok(tallies.length >= 20, `only ${tallies.length} functions`);
  for (const [name, { calls }] of tallies) assert.equal(calls, callsPerFunction, name);
  for (const name of exempt.keys()) assert.ok(name in histogram, `${name} is no function`);
  for (const [name, { reached }] of tallies) {
    const enough = exempt.has(name) || reached * 2 > callsPerFunction;
    assert.ok(enough, `${name}: ${reached} of ${callsPerFunction} reached the kernel`);
  }
});

function linesOf(histogram: Histogram): string[] {
  return Object.entries(histogram).map(([name, { calls, reached, results }]) => {
    const sorted = Object.entries(results).sort(([, one], [, two]) => two - one);
    const words = sorted.map(([result, count]) => `${result} ${count}`).join(", ");
    return `${name}: ${calls} calls, ${reached} reached the kernel: ${words}`;
  });
}

/** Functions that make one system call of their own name, which Node itself makes none of. */
const witnessed: readonly string[] = [
  ...["msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop", "semctl"],
  ...["shmget", "shmat", "shmctl", "process_vm_readv", "memfd_create"],
];

/** What only a function of another name makes: the look at the queues of another namespace. */
const entering = "setns";

test("strace sees the system calls that the fuzzer says it reached", {
  needs: ["userns", "strace", "unsanitized"],
}, async (scene) => {
  const { seed } = seeded("witnessed surface", (line) => scene.diagnostic(line));
  const file = join(folderFor(scene), "counts");
  const traced = [...witnessed, entering];
  const strace = ["strace", "-f", "-c", "-o", file, "-e", `trace=${traced.join(",")}`];
  const { code, stdout, stderr } = await fuzz(await addonPath(), 200, seed, strace);
  assert.equal(code, 0, stderr);
  const counts = countsIn(readFileSync(file, "utf8"));
  const histogram = JSON.parse(stdout) as Histogram;
  for (const name of witnessed) {
    const { reached } = histogram[name] ?? { reached: Number.NaN };
    const seen = counts.get(name) ?? 0;
    scene.diagnostic(`${name}: ${reached} reached, ${seen} seen by strace`);
    assert.ok(seen >= reached, `${name}: ${seen} of ${reached}`);
  }
  const entered = counts.get(entering) ?? 0;
  scene.diagnostic(`waitStart: ${entered} ${entering} seen by strace`);
  assert.ok(entered > 0, "no thread entered a namespace");
});

/** Lines of strace -c: percent, seconds, microseconds a call, calls, perhaps errors, and the name. */
function countsIn(text: string): Map<string, number> {
  const rows = text.split("\n").map((line) => line.trim().split(/\s+/));
  return new Map(rows.map((words) => [words.at(-1) ?? "", Number(words[3])]));
}

test("the fuzzer reports an addon that crashes for one argument in a thousand", {
  needs: ["userns", "gcc"],
}, async (scene) => {
  const canary = join(folderFor(scene), "canary.node");
  const flags = [...baseFlags, "-shared", "-fPIC", "-I", await nodeHeaders()];
  await ask("gcc", [...flags, "-o", canary, inTree("tests/fuzz/canary.c")]);
  const { seed } = seeded("canary", (line) => scene.diagnostic(line));
  const { code, stdout } = await fuzz(canary, 50_000, seed);
  assert.notEqual(code, 0);
  assert.equal(stdout, "");
});

function folderFor(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-fuzz-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return folder;
}
