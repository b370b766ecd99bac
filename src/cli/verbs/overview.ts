/** `ipc` without a verb: the state of the machine on one screen. */
import type { Command } from "commander";
import {
  type Finding,
  isIdle,
  isLeak,
  limitsOf,
  removable,
  type Snapshot,
  snapshot,
  type Wait,
} from "../../inspect/index.ts";
import { type Limit, rooms } from "../../mechanisms/rooms.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { groupBy, processesOf } from "../facts.ts";
import { endWith, status } from "../failure.ts";
import { kindsOf } from "../kinds.ts";
import { limitColumns, useOf } from "../limit-columns.ts";
import { printJson, reportGaps } from "../look.ts";
import { printable } from "../printable.ts";
import { hung, prose } from "../prose.ts";
import { type Column, table } from "../table.ts";
import { paint, print } from "../terminal.ts";
import { counted, directionOf, processName, waitWords } from "../words.ts";

/** The command. */
export function command(): Command {
  return lookCommand("ipc", "Show the state of this machine's IPC on one screen.")
    .usage("[options]\n       ipc VERB …")
    .addHelpText("after", "\nThe verbs: ipc help")
    .action(show);
}

/** Beyond these a screen says how many more there are. */
const BLOCKED_MAX = 10;
const FINDINGS_MAX = 3;
const NEARLY = 0.8;

async function show(options: CommonOptions): Promise<void> {
  const seen = await snapshot();
  const { limits, gaps } = limitsOf(rooms);
  const state = { ...seen, gaps: [...seen.gaps, ...gaps] };
  const nearly = limits.filter((limit) => (useOf(limit) ?? 0) > NEARLY);
  const leaked = removable(state).length;
  const summary = { objects: objectCounts(state), descriptors: descriptorCounts(state), leaked };
  if (options.json) printJson({ ...state, summary, limits });
  else print(screen(state, nearly));
  endWith(reportGaps(state.gaps, options, status.done));
}

/** The whole screen, with the limits that are nearly reached. */
export function screen(state: Snapshot, nearly: readonly Limit[]): string {
  const leaked = removable(state);
  const others = state.findings.filter((finding) => !isLeak(finding));
  return [
    headline(state),
    "\n",
    kindTable(state),
    section("Open descriptors", descriptorLines(state)),
    section("Limits over 80 %", table(limitColumns, nearly, { indent: 2, wrap: true })),
    section("Blocked", blockedLines(state)),
    section(`Leaked: ${leaked.length}`, findingLines(leaked, "ipc gc")),
    section("Findings", findingLines(others, "ipc ls --json")),
  ].join("");
}

function headline({ host, processes }: Snapshot): string {
  const name = paint.bold(printable(host.name));
  const seen = counted(processes.length, "process", "processes");
  return `${name}  Linux ${printable(host.kernel)}, ${seen}, seen in ${Math.round(host.tookMs)} ms\n`;
}

function section(title: string, body: string): string {
  return body === "" ? "" : `\n${paint.bold(title)}\n${body}`;
}

/** Kinds that nothing is of are only named: there are more of them than lines on a screen. */
function kindTable(state: Snapshot): string {
  const rows = kindRows(state);
  const empty = rows.filter(({ objects, waiting }) => objects + waiting === 0);
  const none = empty.length === 0 ? [] : [`none: ${empty.map(({ name }) => name).join(", ")}`];
  const shown = rows.filter((row) => !empty.includes(row));
  return table(kindColumns, shown) + prose(none);
}

interface KindRow {
  readonly name: string;
  readonly title: string;
  readonly objects: number;
  readonly full: number;
  readonly waiting: number;
}

function kindRows(state: Snapshot): KindRow[] {
  const objects = groupBy(state.objects, ({ kind }) => kind);
  const kinds = new Map(state.objects.map(({ address, kind }) => [address, kind]));
  const waits = groupBy(state.waits, ({ object }) => kinds.get(object));
  return kindsOf(rooms).map(({ name, title }) => {
    const own = objects.get(name) ?? [];
    const full = own.filter(({ flags }) => flags.includes("full")).length;
    const waiting = waits.get(name)?.length ?? 0;
    return { name, title, objects: own.length, full, waiting };
  });
}

const kindColumns: readonly Column<KindRow>[] = [
  { title: "KIND", rank: 4, cell: ({ name }) => name },
  number("OBJECTS", 3, ({ objects }) => objects),
  number("FULL", 1, ({ full }) => full),
  number("WAITING", 2, ({ waiting }) => waiting),
  { title: "WHAT", rank: 0, least: 8, cell: ({ title }) => title },
];

function number(title: string, rank: number, value: (row: KindRow) => number): Column<KindRow> {
  return { title, rank, align: "right", cell: (row) => String(value(row)) };
}

function objectCounts(state: Snapshot): Readonly<Record<string, number>> {
  return Object.fromEntries(kindRows(state).map(({ name, objects }) => [name, objects]));
}

/** Over all processes that may be read; the most frequent kind first. */
function descriptorCounts({ processes }: Snapshot): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { descriptors } of processes) {
    for (const [kind, number] of Object.entries(descriptors ?? {})) {
      counts.set(kind, (counts.get(kind) ?? 0) + number);
    }
  }
  return Object.fromEntries([...counts].sort(([, left], [, right]) => right - left));
}

function descriptorLines(state: Snapshot): string {
  const counts = Object.entries(descriptorCounts(state));
  const total = counts.reduce((sum, [, number]) => sum + number, 0);
  const words = counts.map(([kind, number]) => `${number} ${kind}`).join(", ");
  return prose(total === 0 ? [] : [`${total}: ${words}`], 2);
}

function blockedLines(state: Snapshot): string {
  const processes = processesOf(state);
  const columns: readonly Column<readonly Wait[]>[] = [
    { title: "", rank: 3, cell: ([wait]) => wait?.object ?? "" },
    { title: "", rank: 4, least: 10, cell: (waits) => waitersWords(waits, processes) },
    { title: "", rank: 2, least: 12, cell: ([wait]) => (wait ? waitWords(wait) : "") },
  ];
  // Who idles keeps nobody waiting: a screen has no room for every server that has nothing to do.
  const waits = byUrgency(state);
  const idle = state.waits.length - waits.length;
  const groups = [...groupBy(waits, ({ object, text }) => `${object} ${text}`).values()];
  const shown = table(columns, groups.slice(0, BLOCKED_MAX), { bare: true, indent: 2 });
  const others = more(groups.length - BLOCKED_MAX, "ipc ls -w blocked");
  return shown + others + (idle > 0 ? `  ${idle} idle: for work, a signal or a child\n` : "");
}

/** "python3[45] and 999 others" */
function waitersWords(waits: readonly Wait[], processes: ReturnType<typeof processesOf>): string {
  const [first, ...others] = [...new Set(waits.map(({ pid }) => pid))];
  if (first === undefined) return "";
  const name = processName(first, processes);
  return others.length === 0 ? name : `${name} and ${counted(others.length, "other", "others")}`;
}

/**
 * Without those who idle: first who is told of in a conclusion that is not good, then who cannot get
 * rid of something or waits for his turn, last who waits for something to come.
 */
function byUrgency({ waits, findings }: Snapshot): Wait[] {
  const bad = new Set(
    findings.filter(({ severity }) => severity !== "info").flatMap(({ objects }) => objects),
  );
  const urgency = (wait: Wait): number =>
    bad.has(wait.object) ? 0 : 1 + Number(directionOf(wait) === "take");
  const kept = waits.filter((wait) => !isIdle(wait));
  return kept.sort((left, right) => urgency(left) - urgency(right));
}

function findingLines(findings: readonly Finding[], verb: string): string {
  const shown = findings.slice(0, FINDINGS_MAX).flatMap(({ text }) => hung(text));
  return prose(shown, 2) + more(findings.length - FINDINGS_MAX, verb);
}

function more(number: number, verb: string): string {
  return number > 0 ? `  … and ${number} more: ${verb}\n` : "";
}
