/** The schema as JSON: a bigint becomes a decimal string, everything else is JSON already. */
import { wrongType } from "../sys/errors.ts";

/** How the JSON is laid out. */
export interface JsonOptions {
  /** Spaces a level; 0 (the default): one line. */
  readonly indent?: number | undefined;
}

/** For JSON.stringify: what can pass 2^53 is a decimal string. */
export function replacer(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/**
 * A snapshot, or any part of one, as JSON text.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) where the options are no object.
 */
export function toJson(value: unknown, options: JsonOptions = {}): string {
  if (typeof options !== "object" || options === null) {
    throw wrongType("options", "an object", options);
  }
  return JSON.stringify(value, replacer, options.indent ?? 0);
}
