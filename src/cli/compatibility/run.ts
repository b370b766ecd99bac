/**
 * Runs one of the programs as a process runs: its output comes in the pieces in which C's stdio
 * writes it, so that it stands as it should among the complaints, and what cannot be written is a
 * failure of its own.
 */
import { readFileSync } from "node:fs";
import { type ErrorName, errorMessage } from "../../index.ts";
import { codeOf, endWith } from "../failure.ts";
import { print, printError, terminal } from "../terminal.ts";
import { type Ending, FAILED, runProgram, type Streams, warn } from "./program.ts";
import type { ProgramEntry } from "./programs.ts";

/** Runs it with the words of this process's command line, and ends the process as it ends. */
export async function runHere(
  entry: ProgramEntry,
  words: readonly string[],
  version: string,
): Promise<void> {
  const program = await entry.load();
  const output = outputOf(terminal().isTerminal);
  const streams: Streams = {
    name: entry.name,
    version,
    posixlyCorrect: process.env["POSIXLY_CORRECT"] !== undefined,
    print: output.print,
    complain: (text) => printError(bytesOf(text)),
  };
  try {
    const ending = runProgram(program, bytesOfWords(words), streams);
    end(typeof ending === "number" && !output.finish() ? lost(streams) : ending);
  } catch (error) {
    end(unwritten(error, streams));
  }
}

interface Output {
  print(text: string): void;
  /** Writes what is still kept back; false where something was lost before. */
  finish(): boolean;
}

/** What stdio keeps back: a block of a pipe or a file. */
const BLOCK_BYTES = 4096;

/** A person sees each line at once. What is still kept back when a program dies is lost. */
function outputOf(isPerson: boolean): Output {
  let kept = "";
  let isWhole = true;
  const write = (size: number): void => {
    const text = kept.slice(0, size);
    kept = kept.slice(size);
    if (text !== "") print(bytesOf(text));
  };
  return {
    print(text) {
      kept += text;
      while (kept.length > (isPerson ? 0 : BLOCK_BYTES)) {
        isWhole = isWritten(() => write(isPerson ? kept.length : BLOCK_BYTES)) && isWhole;
      }
    },
    finish() {
      if (isWhole) write(kept.length);
      return isWhole;
    },
  };
}

/** False where there is no room; where nobody reads any more the program is over. */
function isWritten(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (!isOfWriting(error) || codeOf(error) === "EPIPE") throw error;
    return false;
  }
}

function end(ending: Ending): void {
  if (typeof ending === "number") endWith(ending);
  else dieOf(ending);
}

/** Having been listened for, a signal that Node ignores ends the process again. */
function dieOf(signal: NodeJS.Signals): void {
  process.once(signal, () => undefined).removeAllListeners(signal);
  process.kill(process.pid, signal);
}

/** Nobody reads any more: SIGPIPE, which Node ignores and others die of. */
function unwritten(error: unknown, streams: Streams): Ending {
  if (!isOfWriting(error)) throw error;
  if (codeOf(error) === "EPIPE") return "SIGPIPE";
  warn(streams, `write error: ${errorMessage(codeOf(error) as ErrorName)}`);
  return FAILED;
}

/** Nobody remembers why at the end. */
function lost(streams: Streams): Ending {
  warn(streams, "write error");
  return FAILED;
}

function isOfWriting(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === "write";
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

/**
 * The words as strings of bytes. Node puts U+FFFD where a word is not UTF-8; the kernel still knows
 * what stood there, and the words are the last of the command line.
 */
function bytesOfWords(words: readonly string[]): readonly string[] {
  if (!words.some((word) => word.includes("\ufffd"))) return words.map(latin1Of);
  try {
    const all = readFileSync("/proc/self/cmdline", "latin1").split("\0").slice(0, -1);
    return all.slice(all.length - words.length);
  } catch {
    return words.map(latin1Of);
  }
}

function latin1Of(word: string): string {
  return Buffer.from(word).toString("latin1");
}
