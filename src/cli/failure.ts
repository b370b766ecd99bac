/**
 * What the command ends with. Every expected failure is a plain Error that carries the exit status
 * and one sentence for a person; anything else that reaches the top is a bug and is called one.
 */
import { inspect } from "node:util";

/** The exit statuses of every verb. */
export const status = {
  done: 0,
  /** Not found, nothing there, or the condition asked for is false. */
  no: 1,
  usage: 2,
  /** The question asked could not be answered for want of rights. */
  unanswered: 3,
  /** The system refused. */
  refused: 4,
} as const;

export type Status = (typeof status)[keyof typeof status];

/** Sets what the process will end with; it ends by itself once everything is written. */
export function endWith(exitStatus: number): void {
  process.exitCode = exitStatus;
}

const failureCode = "ERR_IPC_COMMAND";

/** An error that ends the command with `exitStatus`; its message is the sentence printed. */
export function failure(exitStatus: Status, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code: failureCode, exitStatus });
}

/** The caller's mistake on the command line. */
export function usage(message: string): Error {
  return failure(status.usage, message);
}

/** The error's code, where it has one: "EACCES", "ERR_OUT_OF_RANGE", "commander.unknownOption". */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** How the command ends on this error; undefined when the error is a bug. */
export function statusOf(error: unknown): Status | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (code === failureCode) return (error as { exitStatus: Status }).exitStatus;
  if (code.startsWith("commander.")) return status.usage;
  if (usageCodes.has(code)) return status.usage;
  if (absentCodes.has(code)) return status.no;
  return refusal.test(code) ? status.refused : undefined;
}

/** What the library throws for the caller's mistakes, which here are the user's. */
const usageCodes = new Set(["ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE", "ERR_OUT_OF_RANGE"]);

/** An errno's name, or what else the library throws when the system has not done its part. */
const refusal = /^(E[A-Z\d]+|UNKNOWN|ERR_ADDON_UNAVAILABLE)$/;

/** The object is not there, or not there any more. */
const absentCodes = new Set(["ENOENT", "EIDRM"]);

/** commander reports a wish for help, which it has already printed, as an error. */
export function isHelpShown(error: unknown): boolean {
  if (codeOf(error)?.startsWith("commander.") !== true) return false;
  return (error as { exitCode?: number }).exitCode === 0;
}

/** The sentence to print, without the "ipc: " before it. */
export function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : inspect(error);
  return message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
}

/** What to print of a bug: this is the only place where a stack is shown. */
export function bugReport(error: unknown, version: string): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  return `this is a bug in ipc ${version} (Node ${process.version}); please report it:\n${stack}`;
}
