/** Limits as a table: of all for `ipc limits`, of those nearly reached for the overview. */
import type { Limit } from "../mechanisms/rooms.ts";
import type { Column } from "./table.ts";
import { paint } from "./terminal.ts";
import { percent } from "./words.ts";

/** How much of the limit is used: 0 to 1; undefined when that is not known. */
export function useOf({ used, limit }: Limit): number | undefined {
  return used === null || limit <= 0 ? undefined : Number(used) / Number(limit);
}

/** One row a limit. */
export const limitColumns: readonly Column<Limit>[] = [
  { title: "LIMIT", rank: 6, least: 12, cell: ({ name }) => name },
  { title: "USED", rank: 4, align: "right", cell: ({ used }) => String(used ?? "") },
  { title: "OF", rank: 5, align: "right", cell: ({ limit }) => String(limit) },
  { title: "UNIT", rank: 1, cell: ({ unit }) => unit },
  {
    title: "USE",
    rank: 4,
    align: "right",
    cell: (limit) => useWords(useOf(limit)),
    paint: (text, limit) => ((useOf(limit) ?? 0) > 0.8 ? paint.yellow(text) : text),
  },
  { title: "WHAT", rank: 3, least: 12, cell: ({ what }) => what },
  { title: "TO RAISE", rank: 2, least: 12, cell: ({ raise }) => raise },
];

function useWords(use: number | undefined): string {
  return use === undefined ? "" : percent(use);
}
