/** `ipc diff A B`: what has changed from one saved snapshot to another. */
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  type Changed,
  type Diff,
  diff,
  type FieldChange,
  type ObjectRecord,
  type ProcessRecord,
  type Snapshot,
} from "../../inspect/index.ts";
import { newCommand } from "../command.ts";
import { processesOf } from "../facts.ts";
import { endWith, failure, sentenceOf, status, usage } from "../failure.ts";
import { printJson } from "../look.ts";
import { printable } from "../printable.ts";
import { print } from "../terminal.ts";
import { blockedWords, holderWords, processName, valueWords } from "../words.ts";

/** The command. */
export function command(): Command {
  return newCommand("ipc diff", "Show what has changed from one saved snapshot to another.")
    .argument("<before>", "what ipc ls --json has printed; - for standard input")
    .argument("<after>", "the same, later")
    .option("--json", "print the changes as JSON")
    .addHelpText("after", help)
    .action(compare);
}

const help = `
+ is new, - is gone, ~ has changed. A process is known by its pid and its start, an object by its
address and by what tells it from a later one of that address.
Exits 1 when there is any difference, as diff(1) does.`;

function compare(before: string, after: string, { json }: { readonly json?: true }): void {
  if (before === "-" && after === "-") throw usage("only one of them can be standard input");
  const [old, now] = [saved(before), saved(after)];
  const found = diff(old, now);
  const lines = linesOf(found, old, now);
  if (json) printJson({ schema: "ipc/1", ...found });
  else print([...headings(found), ...lines].map((line) => `${printable(line)}\n`).join(""));
  endWith(lines.length > 0 || found.rebooted ? status.no : status.done);
}

function saved(path: string): Snapshot {
  const text = contentsOf(path);
  const name = path === "-" ? "standard input" : path;
  try {
    const value = JSON.parse(text) as Snapshot;
    if (isSnapshot(value)) return value;
  } catch (error) {
    throw usage(`${name} is no saved snapshot: ${sentenceOf(error)}; to save one: ipc ls --json`);
  }
  throw usage(`${name} is no saved snapshot in the schema ipc/1; to save one: ipc ls --json`);
}

function contentsOf(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw failure(status.refused, `cannot read ${path}: ${sentenceOf(error)}`, error);
  }
}

const lists = ["gaps", "processes", "objects", "holds", "waits", "links", "findings"] as const;

/** Whole, or what follows from it would be no difference of the machine's. */
function isSnapshot(value: Snapshot): boolean {
  if (typeof value !== "object" || value === null || value.schema !== "ipc/1") return false;
  const facts = lists.map((list): unknown => value[list]);
  const isWhole = facts.every((list) => Array.isArray(list) && list.every(isRecord));
  return isWhole && isRecord(value.host) && value.objects.every(({ details }) => isRecord(details));
}

function isRecord(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function headings({ before, after, rebooted }: Diff): string[] {
  const other =
    before.name === after.name ? [] : [`${before.name} and ${after.name} are two machines`];
  const boot = rebooted ? ["the machine was started anew in between: nothing is the same"] : [];
  return [`${before.time} → ${after.time}`, ...other, ...boot];
}

/** One line a change: objects, then who has to do with them, then processes. */
export function linesOf(found: Diff, before: Snapshot, after: Snapshot): string[] {
  const [were, are] = [processesOf(before), processesOf(after)];
  const { processes, objects, holds, waits, links } = found;
  return [
    ...signed(objects, objectWords),
    ...objects.changed.map(
      ({ after: object, fields }) => `~ ${object.address}  ${changeWords(fields)}`,
    ),
    ...holds.gone.map((hold) => `- ${holderWords(hold, were)} holds ${hold.object}`),
    ...holds.created.map((hold) => `+ ${holderWords(hold, are)} holds ${hold.object}`),
    ...waits.gone.map((wait) => `- ${processName(wait.pid, were)} waits: ${blockedWords([wait])}`),
    ...waits.created.map(
      (wait) => `+ ${processName(wait.pid, are)} waits: ${blockedWords([wait])}`,
    ),
    ...signed(links, ({ from, to, kind, direction }) => {
      return `${from} ${direction === "both" ? "⇄" : "→"} ${to}  ${kind}`;
    }),
    ...signed(processes, processWords),
    ...processes.changed.map(changedProcess),
  ];
}

function signed<Fact>(
  { created, gone }: { readonly created: readonly Fact[]; readonly gone: readonly Fact[] },
  words: (fact: Fact) => string,
): string[] {
  return [...gone.map((fact) => `- ${words(fact)}`), ...created.map((fact) => `+ ${words(fact)}`)];
}

function objectWords({ address, title }: ObjectRecord): string {
  return `${address}  ${title}`;
}

function processWords({ comm, pid, cmdline }: ProcessRecord): string {
  return `process ${comm}[${pid}]  ${cmdline.join(" ")}`.trimEnd();
}

function changedProcess({ after, fields }: Changed<ProcessRecord>): string {
  return `~ process ${after.comm}[${after.pid}]  ${changeWords(fields)}`;
}

/** "used.bytes 0 → 100, flags  → full" */
function changeWords(fields: readonly FieldChange[]): string {
  const shown = (value: FieldChange["before"]): string => valueWords(value) || "nothing";
  return fields
    .map(({ name, before, after }) => `${name} ${shown(before)} → ${shown(after)}`)
    .join(", ");
}
