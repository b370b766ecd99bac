/**
 * The command `ipc`: finds the verb, runs it, and turns whatever happens into an exit status and
 * one sentence. The name it is called by is looked at here and nowhere else.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Command } from "commander";
import { type ProgramEntry, programNamed } from "./compatibility/programs.ts";
import {
  bugReport,
  codeOf,
  endWith,
  isHelpShown,
  sentenceOf,
  status,
  statusOf,
  usage,
} from "./failure.ts";
import { printable } from "./printable.ts";
import { complain, print } from "./terminal.ts";
import { verbPlace } from "./verb-place.ts";
import { overview, type VerbEntry, verbs } from "./verbs.ts";

async function main(path: string, words: readonly string[]): Promise<void> {
  const called = programNamed(basename(path));
  const program = called ?? programNamed(words[0]);
  try {
    if (program !== undefined) await runProgram(program, called ? words : words.slice(1));
    else if (words[0] === "--version" || words[0] === "-V") print(`${version()}\n`);
    else await run(words);
  } catch (error) {
    report(error);
  }
}

/** By a name of util-linux's, or as `ipc` with that name as its first word. */
async function runProgram(program: ProgramEntry, words: readonly string[]): Promise<void> {
  const { runHere } = await import("./compatibility/run.ts");
  await runHere(program, words, version());
}

/** Options may stand before the verb, with their values: `ipc --json ls` is `ipc ls --json`. */
async function run(words: readonly string[]): Promise<void> {
  if (words[0] === "--help" || words[0] === "-h") return run(["help"]);
  const place = await verbPlace(words, verbs);
  const entry = place < 0 ? overview : await verbNamed(words[place] ?? "");
  const command = await entry.load();
  try {
    await command.parseAsync(words.toSpliced(place, place < 0 ? 0 : 1), { from: "user" });
  } catch (error) {
    throw codeOf(error) === "commander.unknownOption" ? withOffer(error, command) : error;
  }
}

async function verbNamed(name: string): Promise<VerbEntry> {
  const entry = verbs.find((verb) => verb.name === name);
  if (entry !== undefined) return entry;
  if (programNamed(name) !== undefined) {
    throw usage(`${name} takes its own options, behind its name: ipc ${name} --help`);
  }
  const { looksLikeAddress } = await import("./kinds.ts");
  const { rooms } = await import("../mechanisms/rooms.ts");
  const sentence = `there is no verb "${name}"`;
  if (looksLikeAddress(name, rooms))
    throw usage(`${sentence}; to see the object: ipc show ${name}`);
  throw usage(`${sentence}; the verbs are ${verbs.map((verb) => verb.name).join(", ")}`);
}

/** An unknown option is answered with the known ones. */
function withOffer(error: unknown, command: Command): Error {
  const known = command.options.map((option) => option.long ?? option.flags);
  return usage(`${sentenceOf(error)}; ${command.name()} takes ${known.join(", ")}`);
}

function report(error: unknown): void {
  if (isHelpShown(error) || isReaderGone(error)) return;
  const exitStatus = statusOf(error);
  complain(exitStatus === undefined ? bugReport(error, version()) : printable(sentenceOf(error)));
  endWith(exitStatus ?? status.refused);
}

/** A reader that has seen enough (`ipc ls | head -1`) is no error, and ends the command quietly. */
function isReaderGone(error: unknown): boolean {
  return codeOf(error) === "EPIPE" && (error as { syscall?: string }).syscall === "write";
}

/** The bundle, like the module it was made from, knows the package's file from its own place. */
function version(): string {
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

void main(process.argv[1] ?? "", process.argv.slice(2));
