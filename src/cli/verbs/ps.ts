/** `ipc ps`: the processes that have to do with IPC, one row each. */
import type { Command } from "commander";
import {
  isIdle,
  type ProcessUse,
  processUses,
  type Snapshot,
  snapshot,
} from "../../inspect/index.ts";
import { byColumn, type SortColumn } from "../columns.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, status, usage } from "../failure.ts";
import { printJson, reportGaps } from "../look.ts";
import { table } from "../table.ts";
import { print } from "../terminal.ts";
import { userName } from "../users.ts";
import { blockedWords } from "../words.ts";

interface ProcessOptions extends CommonOptions {
  readonly all?: true;
  readonly sort?: string;
  readonly where?: readonly string[];
}

/** The command. */
export function command(): Command {
  return lookCommand("ipc ps", "List the processes that have to do with IPC, one row each.")
    .option("-a, --all", "also those that hold nothing and wait for nothing")
    .option("--sort <COLUMN>", "sort by this column; -COLUMN for the greatest first")
    .option("-w, --where <WORD>", "only what is: blocked, idle, or holds this kind", also)
    .addHelpText("after", help)
    .action(list);
}

const help = `
OBJECTS counts what a process holds, by kind. FROM and TO count the other processes that can give it
something and take something from it, each once for every object through which it can. Who waits for
work, a signal or a child is idle; who waits for anything else is blocked.
Exits 1 when -w matches nothing.`;

function also(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word.toLowerCase()];
}

async function list(options: ProcessOptions): Promise<void> {
  const state = await snapshot();
  const rows = selected(processUses(state), options);
  if (options.json) printJson(jsonOf(state, rows));
  else print(table(columns, rows));
  const found = options.where === undefined || rows.length > 0;
  endWith(reportGaps(state.gaps, options, found ? status.done : status.no));
}

function selected(uses: readonly ProcessUse[], options: ProcessOptions): ProcessUse[] {
  const rows = uses
    .filter((use) => options.all || takesPart(use))
    .filter((use) => (options.where ?? []).every((word) => matches(use, word)));
  if (options.sort === undefined) return rows;
  const descending = options.sort.startsWith("-");
  return rows.sort(byColumn(columnNamed(options.sort.slice(descending ? 1 : 0)), descending));
}

function takesPart({ objects, waits }: ProcessUse): boolean {
  return waits.length > 0 || Object.keys(objects).length > 0;
}

/** True when one word of -w says something of the process. */
export function matches({ objects, waits }: ProcessUse, word: string): boolean {
  if (word === "blocked") return waits.some((wait) => !isIdle(wait));
  if (word === "idle") return waits.length > 0 && waits.every(isIdle);
  return (objects[word] ?? 0) > 0;
}

function jsonOf({ schema, host, gaps }: Snapshot, rows: readonly ProcessUse[]): object {
  return {
    schema,
    host,
    gaps,
    processes: rows.map(({ process, ...use }) => ({ ...process, use })),
  };
}

const columns: readonly SortColumn<ProcessUse>[] = [
  number("pid", 9, ({ process }) => process.pid),
  text("name", 8, ({ process }) => process.comm, 8),
  text("owner", 4, ({ process }) => userName(process.uid), 6),
  {
    ...text("objects", 6, ({ objects }) => objectsWords(objects), 8),
    key: ({ objects }) => Object.values(objects).reduce((sum, count) => sum + count, 0),
  },
  number("from", 3, ({ from }) => from),
  number("to", 3, ({ to }) => to),
  { ...text("blocked-on", 7, ({ waits }) => blockedWords(waits), 10), title: "BLOCKED ON" },
];

/** "12 pipe, 3 unix": the most frequent kind first. */
function objectsWords(objects: ProcessUse["objects"]): string {
  const counts = Object.entries(objects).sort(([, left], [, right]) => right - left);
  return counts.map(([kind, count]) => `${count} ${kind}`).join(", ");
}

function text(
  name: string,
  rank: number,
  cell: (use: ProcessUse) => string,
  least: number,
): SortColumn<ProcessUse> {
  return {
    name,
    title: name.toUpperCase(),
    rank,
    least,
    cell,
    key: (use) => cell(use) || undefined,
  };
}

function number(
  name: string,
  rank: number,
  value: (use: ProcessUse) => number,
): SortColumn<ProcessUse> {
  const cell = (use: ProcessUse): string => String(value(use));
  return { name, title: name.toUpperCase(), rank, align: "right", cell, key: value };
}

function columnNamed(name: string): SortColumn<ProcessUse> {
  const found = columns.find((one) => one.name === name.toLowerCase());
  if (found !== undefined) return found;
  const names = columns.map((one) => one.name).join(", ");
  throw usage(`there is no column "${name}"; the columns are ${names}`);
}
