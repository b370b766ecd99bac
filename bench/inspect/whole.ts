/**
 * The whole command against the programs of others, on a machine full of processes and on a bare one:
 * `npm run bench:inspect`. All of them run in turns, in namespaces that hold nothing else.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseFlags, compiler } from "../../tools/build/compiler.ts";
import { inTree } from "../../tools/paths.ts";
import { demand } from "../../tools/run.ts";
import { machineLine } from "../runner/machine.ts";
import { median } from "../runner/statistics.ts";

/** Of each command, on each machine. */
const RUNS = 5;
/** What takes too long is run less often. */
const PATIENCE_MS = 60_000;

/** 2,000 processes with 10,000 pipes, 20,000 Unix sockets, and two pipes that all of them have. */
const fleet = ["2000", "5", "5"];

const ipc = [process.execPath, inTree("dist/ipc.cjs")];

const commands: readonly (readonly [name: string, ...words: string[]])[] = [
  ["ipc ls --json", ...ipc, "ls", "--json"],
  ["ipc --version (start-up)", ...ipc, "--version"],
  ["ss -xp", "ss", "-xp"],
  ["lsof -n +E", "lsof", "-n", "+E"],
  ["lsfd", "lsfd"],
];

interface Cost {
  readonly wallMs: number;
  readonly processorMs: number;
  readonly peakMib: number;
  readonly outputMib: number;
}

/** A PID, mount, IPC and network namespace of its own: the second time we are in it. */
async function main(): Promise<void> {
  if (process.argv[2] !== "inside") {
    const wrapper = [
      "--pid",
      "--mount",
      "--ipc",
      "--net",
      "--fork",
      "--mount-proc",
      "--kill-child",
    ];
    const again = [process.execPath, import.meta.filename, "inside"];
    const { status } = spawnSync("unshare", [...wrapper, "--", ...again], { stdio: "inherit" });
    process.exitCode = status ?? 1;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-bench-"));
  try {
    const timed = await compile(folder, "timed");
    const crew = await compile(folder, "fleet");
    console.log(`${await machineLine()}\n`);
    report("a bare machine", measure(timed, folder));
    await withFleet(crew, () => report("a machine full of processes", measure(timed, folder)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function compile(folder: string, name: string): Promise<string> {
  const program = join(folder, name);
  await demand(compiler, [...baseFlags, "-O2", inTree(`bench/inspect/${name}.c`), "-o", program]);
  return program;
}

async function withFleet(program: string, work: () => void): Promise<void> {
  const crew = spawn(program, fleet, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  await once(crew.stdout, "data");
  try {
    work();
  } finally {
    crew.stdin.end();
    await once(crew, "exit");
  }
}

/** In turns, each time in the other order. */
function measure(timed: string, folder: string): ReadonlyMap<string, readonly Cost[]> {
  const costs = new Map<string, Cost[]>();
  const present = commands.filter(([, program = ""]) => isThere(program));
  for (let run = 0; run < RUNS; run++) {
    for (const [name, ...words] of run % 2 === 0 ? present : present.toReversed()) {
      const before = costs.get(name) ?? [];
      const spent = before.reduce((sum, { wallMs }) => sum + wallMs, 0);
      if (spent < PATIENCE_MS) costs.set(name, [...before, cost(timed, folder, words)]);
    }
  }
  return costs;
}

function isThere(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(":");
  return existsSync(program) || folders.some((folder) => existsSync(join(folder, program)));
}

function cost(timed: string, folder: string, words: readonly string[]): Cost {
  const { stdout } = spawnSync(timed, [join(folder, "output"), ...words], { encoding: "utf8" });
  const [, wallMs = 0, processorMs = 0, peakKib = 0, bytes = 0] = stdout.split(" ").map(Number);
  return { wallMs, processorMs, peakMib: peakKib / 1024, outputMib: bytes / 2 ** 20 };
}

function report(machine: string, costs: ReadonlyMap<string, readonly Cost[]>): void {
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const descriptors = processes.reduce((sum, pid) => sum + countOf(`/proc/${pid}/fd`), 0);
  console.log(`On ${machine}: ${processes.length} processes, ${descriptors} descriptors\n`);
  console.log("| command | wall ms | lowest | processor ms | peak MiB | output MiB | runs |");
  console.log("|---|---|---|---|---|---|---|");
  for (const [name, all] of costs) {
    const middle = (field: keyof Cost): string => median(all.map((one) => one[field])).toFixed(1);
    const lowest = Math.min(...all.map(({ wallMs }) => wallMs)).toFixed(1);
    const figures = [middle("wallMs"), lowest, middle("processorMs")];
    const sizes = [middle("peakMib"), middle("outputMib"), String(all.length)];
    console.log(`| ${[`\`${name}\``, ...figures, ...sizes].join(" | ")} |`);
  }
  console.log("");
}

function countOf(folder: string): number {
  try {
    return readdirSync(folder).length;
  } catch {
    return 0;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
