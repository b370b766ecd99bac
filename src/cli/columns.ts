/** The columns of `ipc ls`: the same for every kind. Others can be asked for with -o. */

import type { Row } from "./facts.ts";
import { usage } from "./failure.ts";
import type { Column } from "./table.ts";
import { type Painter, paint } from "./terminal.ts";
import { userName } from "./users.ts";
import {
  ageWords,
  fillRatio,
  fillWords,
  fromToWords,
  holdersWords,
  valueWords,
  waitingWords,
} from "./words.ts";

/** A column that can be named and sorted by. */
export interface SortColumn<Of> extends Column<Of> {
  readonly name: string;
  /** What --sort compares; undefined comes last. */
  key(row: Of): string | number | bigint | undefined;
}

/** A column of objects. */
export type ListColumn = SortColumn<Row>;

type Text = (row: Row) => string;

function column(
  name: string,
  rank: number,
  cell: Text,
  more: Partial<ListColumn> = {},
): ListColumn {
  return {
    name,
    title: name.toUpperCase(),
    rank,
    cell,
    key: (row) => cell(row) || undefined,
    ...more,
  };
}

const address = column("address", 9, ({ object }) => object.address, {
  least: 12,
  key: addressKey,
});
const owner = column("owner", 4, ({ object }) => userName(object.uid), { least: 6 });
const fill = column("fill", 7, ({ object }) => fillWords(object), {
  key: ({ object }) => fillRatio(object),
  paint: (text, { object }) => fillPaint(fillRatio(object))(text),
});
const holders = column("holders", 2, ({ holds }) => holdersWords(holds), {
  key: ({ holds }) => new Set(holds.map(({ pid }) => pid)).size,
});
const waiting = column("waiting", 6, ({ waits }) => waitingWords(waits), {
  least: 8,
  key: ({ waits }) => waits.length,
});
const fromTo = column(
  "from-to",
  5,
  ({ holds, waits, processes }) => fromToWords(holds, waits, processes),
  { title: "FROM → TO", least: 9 },
);
const changed = column("changed", 3, ({ object, nowMs }) => ageWords(object.changedAt, nowMs), {
  key: ({ object }) => object.changedAt ?? undefined,
});
const flags = column("flags", 8, ({ object }) => object.flags.join(" ").toUpperCase(), {
  paint: (text, { object }) => flagPaint(object.flags)(text),
});

/** What is shown unless -o says otherwise. */
export const usualColumns: readonly ListColumn[] = [
  address,
  owner,
  fill,
  holders,
  waiting,
  fromTo,
  changed,
  flags,
];

const otherColumns: readonly ListColumn[] = [
  column("kind", 3, ({ object }) => object.kind),
  column("title", 3, ({ object }) => object.title, { least: 8 }),
  column("mode", 3, ({ object }) => modeWords(object.mode)),
  numberColumn("uid", ({ object }) => object.uid),
  numberColumn("gid", ({ object }) => object.gid),
  numberColumn("namespace", ({ object }) => object.namespace),
  column("aliases", 3, ({ object }) => object.aliases.join(" "), { least: 8 }),
];

function numberColumn(name: string, value: (row: Row) => number | null): ListColumn {
  return column(name, 3, (row) => String(value(row) ?? ""), {
    align: "right",
    key: (row) => value(row) ?? undefined,
  });
}

/** "0600" of 0o600. */
export function modeWords(mode: number | null): string {
  return mode === null ? "" : mode.toString(8).padStart(4, "0");
}

/** Numbers within an address sort as numbers: KIND:9 stands before KIND:10. */
function addressKey({ object }: Row): string {
  return object.address.replace(/\d+/g, (digits) => digits.padStart(20, "0"));
}

function fillPaint(ratio: number | undefined): Painter {
  if (ratio === undefined || ratio < 0.8) return String;
  return ratio >= 0.95 ? paint.red : paint.yellow;
}

function flagPaint(words: readonly string[]): Painter {
  return words.includes("stuck") ? paint.red : paint.yellow;
}

/**
 * The column of this name: one of the list, or a fact that only some kinds have ("lastSendPid").
 * @throws the usage failure that names the columns.
 */
export function columnNamed(name: string, rows: readonly Row[]): ListColumn {
  const wanted = name.toLowerCase();
  const known = [...usualColumns, ...otherColumns, ...detailColumns(rows)];
  const found = known.find((one) => one.name.toLowerCase() === wanted);
  if (found !== undefined) return found;
  throw usage(
    `there is no column "${name}"; the columns are ${known.map((one) => one.name).join(", ")}`,
  );
}

function detailColumns(rows: readonly Row[]): ListColumn[] {
  const names = new Set(
    rows.flatMap(({ object }) => [
      ...Object.keys(object.used),
      ...Object.keys(object.limit).map(limitName),
      ...Object.keys(object.details),
    ]),
  );
  return [...names].map((name) => {
    const value = ({ object }: Row): ReturnType<typeof factOf> => factOf(object, name);
    return column(name, 3, (row) => valueWords(value(row)), {
      least: 8,
      key: (row) => keyOf(value(row)),
    });
  });
}

/** "bytes" → "maxBytes", as the library calls the limit of a unit. */
function limitName(unit: string): string {
  return `max${unit.charAt(0).toUpperCase()}${unit.slice(1)}`;
}

function factOf(object: Row["object"], name: string): Row["object"]["details"][string] | undefined {
  const limits = Object.entries(object.limit).map(([unit, value]) => [limitName(unit), value]);
  return object.details[name] ?? object.used[name] ?? Object.fromEntries(limits)[name];
}

function keyOf(value: ReturnType<typeof factOf>): string | number | bigint | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === "number" || typeof value === "bigint" ? value : valueWords(value);
}

/** Compares two rows by the column; rows without a value come last, either way round. */
export function byColumn<Of>(
  { key }: Pick<SortColumn<Of>, "key">,
  descending: boolean,
): (left: Of, right: Of) => number {
  return (left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined);
    const order = a < b ? -1 : Number(a > b);
    return descending ? -order : order;
  };
}
