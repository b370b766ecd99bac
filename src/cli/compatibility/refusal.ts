/** What the system refused, as an errno's name. */
import type { ErrorName } from "../../index.ts";
import { codeOf } from "../failure.ts";
import type { Errno } from "./program.ts";

/** "" when it was done, or the errno's name. Errors that the system did not give are bugs and pass. */
export function refusalOf(act: () => void): Errno {
  try {
    act();
    return "";
  } catch (error) {
    return errnoOf(error);
  }
}

/**
 * The errno's name, where the system refused; anything else is a bug and passes. Some numbers are
 * refused by the library already: of them the kernel says EINVAL.
 */
export function errnoOf(error: unknown): ErrorName {
  if (codeOf(error) === "ERR_OUT_OF_RANGE") return "EINVAL";
  if (error instanceof Error && "syscall" in error && "code" in error) {
    return error.code as ErrorName;
  }
  throw error;
}

/** The text, or another where the system refuses what the text is made of. */
export function unlessRefused(text: () => string, otherwise: string): string {
  let made = otherwise;
  refusalOf(() => {
    made = text();
  });
  return made;
}

/** True where the object can be asked about itself: IPC_STAT. */
export function isReadable(open: () => Asked): boolean {
  const isRefused = refusalOf(() => {
    using object = open();
    object.stat();
  });
  return isRefused === "";
}

interface Asked extends Disposable {
  stat(): unknown;
}
