/**
 * The benchmark runner of all rooms. Every bench/NAME/room.ts declares what is measured; its twin
 * in C is compiled here, its peers are installed into a temporary folder, and all of them are
 * measured in turns. See docs/performance.md.
 */
import { existsSync, readdirSync } from "node:fs";
import { type BenchArguments, parseArguments, usage } from "../bench/runner/arguments.ts";
import { type Contest, compare, type Pace, type Result } from "../bench/runner/contest.ts";
import type { BenchRoom, Placement, Workload } from "../bench/runner/declaration.ts";
import { machineLine } from "../bench/runner/machine.ts";
import { type InstalledPeers, installPeers } from "../bench/runner/peers.ts";
import { cpusFor } from "../bench/runner/placement.ts";
import { jsonLine, markdownTable, table } from "../bench/runner/report.ts";
import { compileTwin } from "../bench/runner/twin.ts";
import { inTree } from "./paths.ts";

/** Long enough for some tens of thousands of messages, short enough for dozens of contests. */
const trialMs = 150;

interface Entry {
  readonly contest: Contest;
  readonly room: BenchRoom;
}

function roomNames(): string[] {
  const folders = readdirSync(inTree("bench"));
  return folders.filter((name) => existsSync(inTree("bench", name, "room.ts"))).sort();
}

function chosenRooms({ rooms }: BenchArguments): readonly string[] {
  const known = roomNames();
  for (const name of rooms) {
    if (known.includes(name)) continue;
    throw new RangeError(`Nothing to measure in ${name}: expected ${known.join(", ")}`);
  }
  return rooms.length === 0 ? known : rooms;
}

/** Replaces the last line where there is a terminal to see it. */
function progress(words: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
  else if (words !== "") process.stderr.write(`${words}\n`);
}

async function roomOf(name: string): Promise<BenchRoom> {
  const module: { room: BenchRoom } = await import(`../bench/${name}/room.js`);
  return module.room;
}

async function contestsOf(
  name: string,
  { only }: BenchArguments,
  peers: InstalledPeers | undefined,
): Promise<Entry[]> {
  const room = await roomOf(name);
  const twin = await compileTwin(name);
  const workloads = room.workloads.filter((workload) => workload.name.includes(only));
  return workloads.flatMap((workload) =>
    workload.placements.flatMap((placement) => {
      const common = contestOf(name, room, twin, peers, workload, placement);
      if (common === undefined) return [];
      return workload.sizesBytes.map((sizeBytes) => ({ contest: common(sizeBytes), room }));
    }),
  );
}

/** undefined where this machine has no such pair of processors. */
function contestOf(
  name: string,
  room: BenchRoom,
  twin: string,
  installed: InstalledPeers | undefined,
  workload: Workload,
  placement: Placement,
): ((sizeBytes: number) => Contest) | undefined {
  const cpus = cpusFor(placement);
  if (cpus === undefined) return undefined;
  const script = (file: string): [string, string] => [
    process.execPath,
    inTree("dist/bench", name, file),
  ];
  const usable = room.peers.filter(
    (peer) => workload.peers.includes(peer.name) && installed?.names.has(peer.name),
  );
  return (sizeBytes) => ({
    room: name,
    workload: workload.name,
    unit: workload.unit,
    sizeBytes,
    placement,
    warmup: workload.warmup(placement),
    ends: workload.ends(placement),
    cpus,
    ours: { name: "ours", command: script("ours.js") },
    twin: { name: "twin", command: [twin] },
    peers: usable
      .filter((peer) => sizeBytes <= peer.sizeBytesMax)
      .map((peer) => ({
        name: peer.name,
        command: script(peer.script),
        env: { BENCH_PEERS: installed?.folder ?? "" },
      })),
  });
}

async function measure(
  entries: readonly Entry[],
  args: BenchArguments,
  signal: AbortSignal,
): Promise<Result[]> {
  const pace: Pace = { runs: args.runs, trialMs: args.quick ? undefined : trialMs };
  const results: Result[] = [];
  for (const [index, { contest, room }] of entries.entries()) {
    const { workload, sizeBytes, placement } = contest;
    progress(`${index + 1}/${entries.length} ${workload}, ${sizeBytes} bytes, ${placement} core`);
    const result = await compare(contest, pace, () => room.share(), signal);
    if (args.form === "json") console.log(jsonLine(result));
    results.push(result);
  }
  progress("");
  return results;
}

async function run(args: BenchArguments, signal: AbortSignal): Promise<void> {
  const names = chosenRooms(args);
  const rooms = await Promise.all(names.map(roomOf));
  const note = (words: string): void => console.error(words);
  const wanted = rooms.flatMap((room) => room.peers);
  const peers = args.peers ? await installPeers(wanted, note) : undefined;
  try {
    const entries: Entry[] = [];
    for (const name of names) entries.push(...(await contestsOf(name, args, peers)));
    if (cpusFor("cross") === undefined)
      note("This machine has one core: nothing is measured across");
    if (entries.length === 0) throw new RangeError(`No workload's name contains ${args.only}`);
    show(await measure(entries, args, signal), args, await machineLine());
  } finally {
    await peers?.remove();
  }
}

function show(results: readonly Result[], { form }: BenchArguments, machine: string): void {
  if (form === "table") console.log(`${table(results)}\n${machine}`);
  if (form === "markdown") console.log(`${machine}\n\n${markdownTable(results)}`);
}

/**
 * The first signal, or a reader who has gone, ends the run in order: the ends, the objects and the
 * folder go.
 */
function interrupted(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(name, () => controller.abort(new Error(`interrupted by ${name}`)));
  }
  process.stdout.once("error", (error) => controller.abort(error));
  return controller.signal;
}

async function main(): Promise<void> {
  const args = parseArguments(process.argv.slice(2));
  await run(args, interrupted());
}

main().catch((error: unknown) => {
  progress("");
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof RangeError || error instanceof TypeError) console.error(usage);
  process.exitCode = 1;
});
