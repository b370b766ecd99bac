/** `ipc ls [kind…]`: the objects of this machine, one row each. Help needs none of what a list needs. */
import type { Command } from "commander";
import { type CommonOptions, lookCommand } from "../command.ts";

/** What the list is asked for. */
export interface ListOptions extends CommonOptions {
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
    .option("-w, --where <WORD>", "only what is so, by the words below; all of several", also)
    .addHelpText("after", help)
    .action(async (names: readonly string[], options: ListOptions) => {
      await (await import("../listing.ts")).list(names, options);
    });
}

const help = `
-w blocked    somebody waits for it; not counted is who waits for work, a signal or a child
-w idle       somebody waits for work there
-w held       some process holds it
-w shared     more than one process holds it
-w elsewhere  it lives in another namespace
-w WORD       it has that flag (full, stuck …), or is of that kind
-w COLUMN>N   also <, >=, <=, =; of a column or of any fact's name: fill>80%, holders>=3
Exits 1 when -w matches nothing.`;

function also(word: string, before: readonly string[] = []): readonly string[] {
  return [...before, word.toLowerCase()];
}
