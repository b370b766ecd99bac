/** `ipc limits [kind…]`: what this machine allows, how much of it is used, and how to raise it. */
import type { Command } from "commander";
import { type Room, rooms } from "../../mechanisms/rooms.ts";
import { newCommand } from "../command.ts";
import { kindNamed } from "../kinds.ts";
import { limitColumns } from "../limit-columns.ts";
import { printJson } from "../look.ts";
import { table } from "../table.ts";
import { print } from "../terminal.ts";

/** The command. */
export function command(): Command {
  const summary = "Show the limits of this machine, their use, and how to raise them.";
  return newCommand("ipc limits", summary)
    .argument("[kind...]", "only the limits of these kinds")
    .option("--json", "print JSON")
    .action(show);
}

function show(names: readonly string[], { json }: { json?: true }): void {
  const kinds = names.map((name) => kindNamed(name, rooms));
  const asked = kinds.length === 0 ? rooms : rooms.filter((room) => hasOne(room, kinds));
  const limits = asked.flatMap((room) => room.limits());
  if (json) printJson({ schema: "ipc/1", limits });
  else print(table(limitColumns, limits, { wrap: true }));
}

function hasOne(room: Room, kinds: readonly Room["kinds"][number][]): boolean {
  return room.kinds.some((kind) => kinds.includes(kind));
}
