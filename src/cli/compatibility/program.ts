/**
 * What the compatible programs have in common: how they speak, and how they end early. Each is a
 * function of its words and of the streams it is given, so that a test can run thousands of them.
 */
import { type ErrorName, errorMessage } from "../../index.ts";

/**
 * Where a program writes. Text is a string of bytes, a character each (latin1): a word of the command
 * line and a name in passwd(5) need not be UTF-8, and both are cut and padded by bytes.
 */
export interface Streams {
  /** What the program was called by: it stands before each complaint. */
  readonly name: string;
  readonly version: string;
  /** getopt(3) stops at the first operand where POSIXLY_CORRECT is set. */
  readonly posixlyCorrect: boolean;
  print(text: string): void;
  /** Writes to standard error, at once. */
  complain(text: string): void;
}

/** An exit status, or the signal that the original dies of. */
export type Ending = number | NodeJS.Signals;

/** One of the programs. */
export type Program = (words: readonly string[], streams: Streams) => Ending;

/** What an errno is called in a complaint; "" for 0, of which there is nothing to say. */
export type Errno = ErrorName | "";

/** Ends a program at once; what it has printed so far stays printed. */
interface Stop extends Error {
  readonly code: typeof stopCode;
  readonly ending: Ending;
  /** Lines for standard error, without the program's name. */
  readonly complaint: string | undefined;
  readonly offersHelp: boolean;
}

const stopCode = "ERR_IPC_STOP";

/** Exit status of every failure: EXIT_FAILURE. */
export const FAILED = 1;

/** Ends the program with status 1 and a complaint: errx(3). */
export function fatal(complaint: string): Error {
  return stop(FAILED, complaint, false);
}

/** Ends the program with status 1, a complaint and the errno's words: err(3), which knows Success. */
export function fatalErrno(complaint: string, errno: Errno): Error {
  return fatal(`${complaint}: ${errno === "" ? "Success" : errorMessage(errno)}`);
}

/** Ends the program with status 1 and the line that leads to its help. */
export function wrongUsage(complaint?: string): Error {
  return stop(FAILED, complaint, true);
}

/** Ends the program without a word. */
export function ended(ending: Ending): Error {
  return stop(ending, undefined, false);
}

function stop(ending: Ending, complaint: string | undefined, offersHelp: boolean): Error {
  const fields: Omit<Stop, keyof Error> = { code: stopCode, ending, complaint, offersHelp };
  return Object.assign(new Error(complaint ?? "The program ends"), fields);
}

/** Runs the program to its end, and says what it ended over. Other errors are bugs and pass. */
export function runProgram(program: Program, words: readonly string[], streams: Streams): Ending {
  try {
    return program(words, streams);
  } catch (error) {
    if (!isStop(error)) throw error;
    if (error.complaint !== undefined) warn(streams, error.complaint);
    if (error.offersHelp) {
      streams.complain(`Try '${streams.name} --help' for more information.\n`);
    }
    return error.ending;
  }
}

function isStop(error: unknown): error is Stop {
  return error instanceof Error && "code" in error && error.code === stopCode;
}

/** A complaint after which the program goes on: warnx(3). */
export function warn(streams: Streams, complaint: string): void {
  streams.complain(`${streams.name}: ${complaint}\n`);
}
