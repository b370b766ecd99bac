/** `ipc doctor`: what can be seen and done here, and what is missing. */
import type { Command } from "commander";
import { type Check, doctor } from "../../inspect/index.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, status } from "../failure.ts";
import { printJson } from "../look.ts";
import { type Column, table } from "../table.ts";
import { paint, print } from "../terminal.ts";

/** The command. */
export function command(): Command {
  return lookCommand("ipc doctor", "Show what can be seen and done here, and what is missing.")
    .addHelpText("after", help)
    .action(examine);
}

const help = `
Tries every mechanism on an object of its own, which is gone afterwards. Exits 0 whatever is missing;
with --strict 3.`;

async function examine(options: CommonOptions): Promise<void> {
  const checks = await doctor();
  const missing = checks.filter(({ ok }) => !ok).length;
  if (options.json) printJson({ schema: "ipc/1", checks });
  else print(`${table(columns, checks, { wrap: true })}\n${summary(checks.length, missing)}\n`);
  endWith(options.strict && missing > 0 ? status.unanswered : status.done);
}

function summary(all: number, missing: number): string {
  return missing === 0 ? `all ${all} ok` : `${all - missing} ok, ${missing} missing`;
}

const columns: readonly Column<Check>[] = [
  { title: "AREA", rank: 2, cell: ({ area }) => area },
  {
    title: "STATE",
    rank: 5,
    cell: ({ ok }) => (ok ? "ok" : "missing"),
    paint: (text, { ok }) => (ok ? text : paint.yellow(text)),
  },
  { title: "WHAT", rank: 4, least: 16, cell: ({ what }) => what },
  { title: "WAY OUT", rank: 3, least: 16, cell: ({ text }) => text },
];
