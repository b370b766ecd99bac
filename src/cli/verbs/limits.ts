/** `ipc limits [kind…]`: what this machine allows, how much of it is used, and how to raise it. */
import type { Command } from "commander";
import { limitsOf } from "../../inspect/index.ts";
import { type Room, rooms } from "../../mechanisms/rooms.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, status } from "../failure.ts";
import { kindNamed } from "../kinds.ts";
import { limitColumns } from "../limit-columns.ts";
import { printJson, reportGaps } from "../look.ts";
import { table } from "../table.ts";
import { print } from "../terminal.ts";

/** The command. */
export function command(): Command {
  const summary = "Show the limits of this machine, their use, and how to raise them.";
  return lookCommand("ipc limits", summary)
    .argument("[kind...]", "only the limits of these kinds")
    .action(show);
}

function show(names: readonly string[], options: CommonOptions): void {
  const kinds = names.map((name) => kindNamed(name, rooms));
  const asked = kinds.length === 0 ? rooms : rooms.filter((room) => hasOne(room, kinds));
  const { limits, gaps } = limitsOf(asked);
  if (options.json) printJson({ schema: "ipc/1", gaps, limits });
  else print(table(limitColumns, limits, { wrap: true }));
  const isRefused = gaps.length > 0 && limits.length === 0;
  endWith(reportGaps(gaps, options, isRefused ? status.refused : status.done));
}

function hasOne(room: Room, kinds: readonly Room["kinds"][number][]): boolean {
  return room.kinds.some((kind) => kinds.includes(kind));
}
