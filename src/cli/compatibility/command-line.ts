/** How each program goes through its command line, and what it says of itself. */
import { type Given, getopt, type Option } from "./getopt.ts";
import { ended, type Streams, wrongUsage } from "./program.ts";

/** A program's command line, for reading it and for explaining it. */
export interface CommandLine {
  /** What it does, a sentence. */
  readonly summary: string;
  /** What may stand behind its name; a line each. */
  readonly forms: readonly string[];
  /** In this order an ambiguous abbreviation lists them. */
  readonly options: readonly Option[];
  /** What else there is to know. */
  readonly notes: string;
}

/** The options that all three have, at the end of the others. */
export const information: readonly Option[] = [
  { letter: "V", long: "version", takes: "nothing", meaning: "the version" },
  { letter: "h", long: "help", takes: "nothing", meaning: "this help" },
];

/**
 * Does what each option asks for, one after the other, up to the first mistake: what was done before
 * it stays done. Gives the operands.
 * @throws what ends the program: help, the version, a mistake
 */
export function readCommandLine(
  words: readonly string[],
  line: CommandLine,
  streams: Streams,
  apply: (option: Given) => void,
): readonly string[] {
  const { given, complaint, operands } = getopt(words, line.options, streams.posixlyCorrect);
  for (const option of given) {
    if (option.letter === "h") inform(streams, helpOf(line, streams.name));
    if (option.letter === "V") inform(streams, `${streams.name} of linux-ipc ${streams.version}\n`);
    apply(option);
  }
  if (complaint !== undefined) throw wrongUsage(complaint);
  return operands;
}

function inform(streams: Streams, text: string): never {
  streams.print(text);
  throw ended(0);
}

function helpOf({ summary, forms, options, notes }: CommandLine, name: string): string {
  const usage = forms.map(
    (form, index) => `${index === 0 ? "Usage:" : "      "} ${name} ${form}\n`,
  );
  const width = Math.max(...options.map((option) => formOf(option).length));
  const lines = options.map((option) => `  ${formOf(option).padEnd(width)}  ${option.meaning}\n`);
  return `${usage.join("")}\n${summary}\n\nOptions\n${lines.join("")}\n${notes}\n`;
}

/** "-i, --id ID" */
function formOf({ letter, long, takes, value }: Option): string {
  const short = letter.length === 1 ? `-${letter}, ` : "    ";
  if (takes === "nothing") return `${short}--${long}`;
  return `${short}--${long}${takes === "perhaps" ? `[=${value}]` : ` ${value}`}`;
}
