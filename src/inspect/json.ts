/** The schema as JSON: a bigint becomes a decimal string, everything else is JSON already. */

/** How the JSON is laid out. */
export interface JsonOptions {
  /** Spaces a level; 0 (the default): one line. */
  readonly indent?: number | undefined;
}

/** For JSON.stringify: what can pass 2^53 is a decimal string. */
export function replacer(_name: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

/** A snapshot, or any part of one, as JSON text. */
export function toJson(value: unknown, options: JsonOptions = {}): string {
  return JSON.stringify(value, replacer, options.indent ?? 0);
}
