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
  if (options.indent) return JSON.stringify(value, replacer, options.indent);
  return [...jsonParts(value)].join("");
}

/** So many items of a list make one part. */
const PART_ITEMS = 256;

/**
 * The same text on one line, in parts: all of it need never be there at once. The lists of a snapshot
 * are cut, everything else is one part.
 */
export function* jsonParts(value: unknown): Generator<string> {
  if (!isPlain(value)) {
    yield stringify(value);
    return;
  }
  let before = "{";
  for (const [name, field] of Object.entries(value)) {
    if (field === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* Array.isArray(field) ? listParts(field) : [stringify(field)];
    before = ",";
  }
  yield before === "{" ? "{}" : "}";
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.getPrototypeOf(value) === Object.prototype && !("toJSON" in value);
}

function* listParts(list: readonly unknown[]): Generator<string> {
  let before = "[";
  for (let at = 0; at < list.length; at += PART_ITEMS) {
    yield before + stringify(list.slice(at, at + PART_ITEMS)).slice(1, -1);
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}

/** A function asked for every value takes most of the time, and few values need it. */
function stringify(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return JSON.stringify(value, replacer);
  }
}
