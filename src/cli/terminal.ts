/** What the output may look like: how wide it is, and whether it may have colours. */
import { fstatSync, writeSync } from "node:fs";
import { styleText } from "node:util";
import { codeOf } from "./failure.ts";

export interface Terminal {
  readonly isTerminal: boolean;
  /** Infinity when nothing limits the width: a pipe or a file. */
  readonly columns: number;
  readonly colours: boolean;
}

/** What of a stream and the environment decides it. */
export interface TerminalStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A terminal that does not tell its width. */
const COLUMNS_DEFAULT = 80;
/** Narrower than this, nothing can be laid out. */
const COLUMNS_MIN = 10;

/** What `stream` is. A COLUMNS in the environment also limits what goes into a pipe. */
export function terminalOf(stream: TerminalStream, environment: Environment): Terminal {
  const isTerminal = stream.isTTY === true;
  const known = stream.columns || columnsIn(environment);
  const columns = known ?? (isTerminal ? COLUMNS_DEFAULT : Number.POSITIVE_INFINITY);
  return {
    isTerminal,
    columns: Math.max(columns, COLUMNS_MIN),
    colours: isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb",
  };
}

function columnsIn(environment: Environment): number | undefined {
  const text = environment.COLUMNS ?? "";
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

let own: Terminal | undefined;

/** Standard output's own terminal. */
export function terminal(): Terminal {
  own ??= terminalOf(isTerminalAtAll() ? process.stdout : {}, process.env);
  return own;
}

/** A pipe or a file need not ask Node, whose stream would cost 5 ms of every start. */
function isTerminalAtAll(): boolean {
  return fstatSync(STDOUT).isCharacterDevice();
}

/** Colours for standard output; without colours each gives its text back unchanged. */
export const paint: Readonly<Record<"bold" | "dim" | "red" | "yellow", Painter>> = {
  bold: (text) => painted("bold", text),
  dim: (text) => painted("dim", text),
  red: (text) => painted("red", text),
  yellow: (text) => painted("yellow", text),
};

/** Gives its text a colour. */
export type Painter = (text: string) => string;

function painted(style: "bold" | "dim" | "red" | "yellow", text: string): string {
  return terminal().colours ? styleText(style, text, { validateStream: false }) : text;
}

const STDOUT = 1;
const STDERR = 2;

/** Writes to standard output. @throws Error (EPIPE) when nobody reads it any more. */
export function print(data: string | Uint8Array): void {
  write(STDOUT, Buffer.from(data));
}

/** Writes to standard error. @throws Error (EPIPE) when nobody reads it any more. */
export function printError(data: string | Uint8Array): void {
  write(STDERR, Buffer.from(data));
}

/** What says that a line could not be written, and no more. */
const unwritten: ReadonlySet<string | undefined> = new Set(["EPIPE", "ENOSPC", "EIO"]);

/**
 * Writes one line to standard error, with the command's name before it, if anybody reads it: a
 * complaint that is lost changes nothing about how the command ends.
 */
export function complain(sentence: string): void {
  try {
    printError(`ipc: ${sentence}\n`);
  } catch (error) {
    if (!unwritten.has(codeOf(error))) throw error;
  }
}

function write(fd: number, bytes: Buffer): void {
  if (finishing.has(fd)) finish(fd, bytes);
  else writeAll(fd, bytes);
}

function writeAll(fd: number, bytes: Buffer): void {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    if (codeOf(error) !== "EAGAIN") throw error;
    finish(fd, bytes.subarray(written));
  }
}

/** Whose bytes go to Node's stream from now on, so that they stay in order. */
const finishing = new Set<number>();

/** Somebody made the descriptor non-blocking: only Node's stream waits until there is room. */
function finish(fd: number, rest: Buffer): void {
  finishing.add(fd);
  const stream = fd === STDOUT ? process.stdout : process.stderr;
  if (stream.listenerCount("error") === 0) stream.on("error", endWithTheReader);
  stream.write(rest);
}

/** A reader that has seen enough (`ipc ls | head -1`) is no error, and no reason to go on. */
function endWithTheReader(error: Error): void {
  if (codeOf(error) !== "EPIPE") throw error;
  process.exit();
}
