/** What `ipc ls` prints: the rows that were asked for, in order. */
import { isIdle, type ObjectRecord, type Snapshot, snapshot } from "../inspect/index.ts";
import { rooms } from "../mechanisms/rooms.ts";
import { byColumn, columnNamed, type ListColumn, usualColumns } from "./columns.ts";
import { narrow, type Row, rowsOf } from "./facts.ts";
import { endWith, status, usage } from "./failure.ts";
import { kindNamed, kindsOf } from "./kinds.ts";
import { printJson, reportGaps } from "./look.ts";
import { table } from "./table.ts";
import { print } from "./terminal.ts";

import type { ListOptions } from "./verbs/ls.ts";

/** Prints the list, and says how the command ends. */
export async function list(names: readonly string[], options: ListOptions): Promise<void> {
  const kinds = new Set(names.map((name) => kindNamed(name, rooms).name));
  const state = await snapshot();
  const asksAll = names.length === 0 && options.where === undefined && options.sort === undefined;
  if (options.json && asksAll) {
    printJson(state);
    return endWith(reportGaps(state.gaps, options, status.done));
  }
  const rows = selected(rowsOf(state), kinds, options);
  if (options.json) printJson(part(state, rows, names.length > 0 || options.where !== undefined));
  else print(table(chosenColumns(rows, options), rows));
  const found = options.where === undefined || rows.length > 0;
  endWith(reportGaps(state.gaps, options, found ? status.done : status.no));
}

function selected(all: readonly Row[], kinds: ReadonlySet<string>, options: ListOptions): Row[] {
  const asked = (options.where ?? []).map((word) => asking(word, all));
  const rows = all
    .filter(({ object }) => kinds.size === 0 || kinds.has(object.kind))
    .filter((row) => asked.every((holds) => holds(row)));
  if (options.sort === undefined) return byKind(rows);
  const descending = options.sort.startsWith("-");
  const by = columnNamed(options.sort.slice(descending ? 1 : 0), rows);
  return rows.sort(byColumn(by, descending));
}

/** Kind after kind, as help lists them; ours before those of other namespaces. */
function byKind(rows: Row[]): Row[] {
  const places = new Map(kindsOf(rooms).map(({ name }, place) => [name, place]));
  const place = ({ object }: Row): number =>
    (places.get(object.kind) ?? places.size) * 2 + Number(isElsewhere(object));
  return rows.sort((left, right) => place(left) - place(right));
}

function isElsewhere({ address }: ObjectRecord): boolean {
  return address.startsWith("@");
}

/** The words of -w that are no flag and no kind. */
const words: Readonly<Record<string, (row: Row) => boolean>> = {
  blocked: ({ waits }) => waits.some((wait) => !isIdle(wait)),
  idle: ({ waits }) => waits.some(isIdle),
  held: ({ holds }) => holds.length > 0,
  shared: ({ holds }) => holds.some(({ pid }) => pid !== holds[0]?.pid),
  elsewhere: ({ object }) => isElsewhere(object),
};

/** What one word of -w asks of a row; `all` knows the columns that there are. */
export function asking(word: string, all: readonly Row[]): (row: Row) => boolean {
  const known = Object.hasOwn(words, word) ? words[word] : undefined;
  if (known !== undefined) return known;
  const [, name, relation, amount = ""] = /^([\w-]+)(<=|>=|<|>|=)(.+)$/.exec(word) ?? [];
  if (name !== undefined) {
    const column = columnNamed(name, all);
    return (row) => compares(column.key(row), relation, amount);
  }
  return ({ object }) =>
    object.kind === word || object.flags.some((flag) => flag.toLowerCase() === word);
}

/** What a row has no value of is neither more nor less than anything. */
function compares(
  key: ReturnType<ListColumn["key"]>,
  relation: string | undefined,
  amount: string,
): boolean {
  if (key === undefined) return false;
  if (typeof key === "string") return relation === "=" && key.toLowerCase() === amount;
  const wanted = /%$/.test(amount) ? Number(amount.slice(0, -1)) / 100 : Number(amount);
  if (Number.isNaN(wanted)) throw usage(`wrong -w amount "${amount}": expected a number or N%`);
  switch (relation) {
    case "<":
      return key < wanted;
    case ">":
      return key > wanted;
    case "<=":
      return key <= wanted;
    case ">=":
      return key >= wanted;
    default:
      return Number(key) === wanted;
  }
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
