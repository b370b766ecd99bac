/** `ipc ls [kind…]`: the objects of this machine, one row each. */
import type { Command } from "commander";
import { type Snapshot, snapshot } from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { byColumn, columnNamed, type ListColumn, usualColumns } from "../columns.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { narrow, type Row, rowsOf } from "../facts.ts";
import { endWith, status } from "../failure.ts";
import { kindNamed } from "../kinds.ts";
import { printJson, reportGaps } from "../look.ts";
import { table } from "../table.ts";
import { print } from "../terminal.ts";

interface ListOptions extends CommonOptions {
  readonly output?: string;
  readonly sort?: string;
  readonly where?: readonly string[];
}

/** The command. */
export function command(): Command {
  return lookCommand("ipc ls", "List the objects of this machine, one row each.")
    .argument("[kind...]", "only these kinds: the words before the colon of their addresses")
    .option("-o, --output <COLUMNS>", "show these columns: address,fill,… or any fact's name")
    .option("--sort <COLUMN>", "sort by this column; -COLUMN for the greatest first")
    .option("-w, --where <WORD>", "only what is: blocked, held, or has this flag (full …)", also)
    .addHelpText("after", "\nExits 1 when -w matches nothing.")
    .action(list);
}

function also(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word.toLowerCase()];
}

async function list(names: readonly string[], options: ListOptions): Promise<void> {
  const kinds = new Set(names.map((name) => kindNamed(name, rooms).name));
  const state = await snapshot();
  const rows = selected(rowsOf(state), kinds, options);
  if (options.json) printJson(part(state, rows, names.length > 0 || options.where !== undefined));
  else print(table(chosenColumns(rows, options), rows));
  const found = options.where === undefined || rows.length > 0;
  endWith(reportGaps(state.gaps, options, found ? status.done : status.no));
}

function selected(all: readonly Row[], kinds: ReadonlySet<string>, options: ListOptions): Row[] {
  const rows = all
    .filter(({ object }) => kinds.size === 0 || kinds.has(object.kind))
    .filter((row) => (options.where ?? []).every((word) => matches(row, word)));
  if (options.sort === undefined) return rows;
  const descending = options.sort.startsWith("-");
  const by = columnNamed(options.sort.slice(descending ? 1 : 0), rows);
  return rows.sort(byColumn(by, descending));
}

/** True when one word of -w says something of the row. */
export function matches({ object, holds, waits }: Row, word: string): boolean {
  if (word === "blocked") return waits.length > 0;
  if (word === "held") return holds.length > 0;
  return object.kind === word || object.flags.some((flag) => flag.toLowerCase() === word);
}

/** Everything, or what concerns the objects chosen; in the order of the rows either way. */
function part(state: Snapshot, rows: readonly Row[], isChosen: boolean): Snapshot {
  const objects = rows.map(({ object }) => object);
  return isChosen ? narrow(state, objects) : { ...state, objects };
}

function chosenColumns(rows: readonly Row[], { output }: ListOptions): readonly ListColumn[] {
  if (output === undefined) return usualColumns;
  const names = output.split(",").map((name) => name.trim());
  return names.map((name) => columnNamed(name, rows));
}
