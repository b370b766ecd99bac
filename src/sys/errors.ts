/** What goes wrong, as the style guide's rule 17 tells it apart. */
import { type ErrorName, errnoOf, messageOf, nameOf } from "./errno.ts";

/** The kernel refused, or the time was up (code ETIMEDOUT). */
export class SystemError extends Error {
  override readonly name: string = "SystemError";
  /** The errno's name, for example "EACCES"; "UNKNOWN" for one that this version does not know. */
  readonly code: ErrorName | "UNKNOWN";
  /** The errno, negative, as Node gives it. */
  readonly errno: number;
  readonly syscall: string;
  /** The object's address ("msg:0x5a000001"), where there is one. */
  declare readonly address?: string;
  declare readonly path?: string;
  /** What would make it work: the limit, the capability or the sysctl, where one is the cause. */
  declare readonly hint?: string;

  /** `error` is the errno, of either sign, or its name. */
  constructor(error: number | ErrorName, syscall: string, about: ErrorContext = {}) {
    const errno = typeof error === "string" ? errnoOf(error) : Math.abs(error);
    const name = nameOf(errno);
    const code = name ?? "UNKNOWN";
    const words = name === undefined ? `error ${errno}` : messageOf(name);
    const object = about.address ?? about.path;
    const where = object === undefined ? syscall : `${syscall} '${object}'`;
    const hint = about.hint === undefined ? "" : ` (${about.hint})`;
    super(`${code}: ${about.message ?? words}, ${where}${hint}`);
    this.code = code;
    this.errno = -errno;
    this.syscall = syscall;
    if (about.address !== undefined) this.address = about.address;
    if (about.path !== undefined) this.path = about.path;
    if (about.hint !== undefined) this.hint = about.hint;
  }
}

export interface ErrorContext {
  readonly address?: string | undefined;
  readonly path?: string | undefined;
  readonly hint?: string | undefined;
  /** Replaces strerror's words. */
  readonly message?: string | undefined;
}

/** The handle was closed: by the caller, before or during the call. */
export class ClosedError extends Error {
  override readonly name: string = "ClosedError";
  readonly code: string = "ERR_CLOSED";

  constructor(what: string) {
    super(`${what} is closed`);
  }
}

/** The caller's signal was aborted before the thing was done. */
export class AbortError extends Error {
  override readonly name: string = "AbortError";
  readonly code: string = "ABORT_ERR";

  constructor(reason: unknown) {
    super("The operation was aborted", { cause: reason });
  }
}

/** An argument of the wrong type: TypeError with code ERR_INVALID_ARG_TYPE. */
export function wrongType(what: string, expected: string, value: unknown): TypeError {
  const error = new TypeError(`Wrong ${what}: expected ${expected}, got ${describe(value)}`);
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

/** A value outside its range or form: RangeError with code ERR_OUT_OF_RANGE. */
export function outOfRange(what: string, expected: string, value: unknown): RangeError {
  const error = new RangeError(`Wrong ${what}: expected ${expected}, got ${describe(value)}`);
  return Object.assign(error, { code: "ERR_OUT_OF_RANGE" });
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) {
    return `an object of class ${Object.getPrototypeOf(value)?.constructor?.name ?? "null"}`;
  }
  return String(value);
}
