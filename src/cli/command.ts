/** How every verb reads its arguments: commander, told to throw instead of ending the process. */
import { Command } from "commander";
import { print, terminal } from "./terminal.ts";

/** What nearly every verb takes. */
export interface CommonOptions {
  readonly json?: true;
  readonly strict?: true;
}

const HELP_COLUMNS_MAX = 100;
const HELP_COLUMNS_DEFAULT = 80;

/** A command that prints its help itself, and leaves errors to whoever runs it. */
export function newCommand(name: string, summary: string): Command {
  return new Command(name)
    .description(summary)
    .helpOption("-h, --help", "show this help")
    .exitOverride()
    .configureOutput({
      writeOut: print,
      writeErr: () => undefined,
      getOutHelpWidth: helpColumns,
      getOutHasColors: () => false,
    });
}

function helpColumns(): number {
  const { columns } = terminal();
  return Number.isFinite(columns) ? Math.min(columns, HELP_COLUMNS_MAX) : HELP_COLUMNS_DEFAULT;
}

/** A command that looks at the machine. */
export function lookCommand(name: string, summary: string): Command {
  return newCommand(name, summary)
    .option("--json", "print the schema ipc/1 as JSON")
    .option("--strict", "exit 3 when something could not be seen");
}
