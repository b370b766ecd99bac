/** `ipc help [VERB]`: the verbs, the addresses and the exit statuses, or one verb's own help. */
import type { Command } from "commander";
import { newCommand } from "../command.ts";
import { type ProgramEntry, programNamed, programs } from "../compatibility/programs.ts";
import { usage } from "../failure.ts";
import { table } from "../table.ts";
import { paint, print } from "../terminal.ts";
import { verbs } from "../verbs.ts";

/** The command. */
export function command(): Command {
  return newCommand("ipc help", "Explain the command, or one verb.")
    .argument("[verb]", "the verb to explain")
    .action(explain);
}

async function explain(name: string | undefined): Promise<void> {
  if (name === undefined) return print(await overview());
  const program = programNamed(name);
  if (program !== undefined) return explainProgram(program);
  const verb = verbs.find((one) => one.name === name);
  if (verb === undefined) throw usage(`there is no verb "${name}"; the verbs: ipc help`);
  (await verb.load()).outputHelp();
}

/** A program explains itself. */
async function explainProgram(program: ProgramEntry): Promise<void> {
  const { runHere } = await import("../compatibility/run.ts");
  await runHere(program, ["--help"], "");
}

/** Only this needs the rooms: the help of one verb is shown without loading them. */
async function overview(): Promise<string> {
  const { rooms } = await import("../../mechanisms/rooms.ts");
  const { kindsOf } = await import("../kinds.ts");
  const kinds = kindsOf(rooms).map(({ forms, title }) => [forms.join(", "), title] as const);
  return [
    "Usage: ipc [options]\n       ipc VERB [options] …\n\n",
    "Shows what the processes of this machine say to each other, and why they have stopped.\n",
    ...section(
      "Verbs",
      verbs.map(({ name, summary }) => [name, summary] as const),
    ),
    ...section(
      "As util-linux has them, also under their own names through a symbolic link",
      programs.map(({ name, summary }) => [name, summary] as const),
    ),
    ...section("Addresses", [...kinds, ...others]),
    ...section("Options of nearly every verb", options),
    ...section("Exit status", statuses),
    "\nA verb's options may stand before it or behind it. One verb in full: ipc help VERB\n",
  ].join("");
}

/** What stands for an object beside its own address, and what is none. */
const others: readonly Entry[] = [
  ["@NAMESPACE/…", "the same in another namespace, by its inode number; to be looked at only"],
  ["pid:N/fd/M", "what that descriptor is open on, for show, who and why"],
  ["pid:N", "process, for show, who, why and tree"],
];

type Entry = readonly [term: string, meaning: string];

function section(title: string, entries: readonly Entry[]): string[] {
  const columns = [
    { title: "", rank: 2, cell: ([term]: Entry): string => term },
    { title: "", rank: 1, least: 10, cell: ([, meaning]: Entry): string => meaning },
  ];
  const body = table(columns, entries, { bare: true, wrap: true, indent: 2 });
  return [`\n${paint.bold(title)}\n`, body];
}

const options: readonly Entry[] = [
  ["--json", "JSON, in the schema ipc/1 that the library returns"],
  ["--strict", "exit 3 when something could not be seen"],
  ["-h, --help", "the verb's own help"],
  ["--version", "the version"],
];

const statuses: readonly Entry[] = [
  ["0", "done"],
  ["1", "not found, nothing there, no room, time up, or the condition asked for is false"],
  ["2", "wrong usage"],
  ["3", "the question could not be answered for want of rights, or --strict and a gap"],
  ["4", "the system refused"],
  ["130", "interrupted"],
];
