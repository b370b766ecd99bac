/** The skips that do not fail CI: a list of needs, each with the reason why it may be missing. */
import { readFileSync } from "node:fs";
import { inTree } from "../paths.ts";

/** Reasons by need. */
export type AllowedSkips = ReadonlyMap<string, string>;

/** The project's list. */
export function allowedSkips(): AllowedSkips {
  return parseAllowedSkips(readFileSync(inTree("tests/allowed-skips.txt"), "utf8"));
}

/** Reads lines of "need: reason"; empty lines and those that begin with # say nothing. */
export function parseAllowedSkips(text: string): AllowedSkips {
  const lines = text.split("\n").map((line) => line.trim());
  return new Map(lines.filter((line) => line !== "" && !line.startsWith("#")).map(entryOf));
}

function entryOf(line: string): [string, string] {
  const colon = line.indexOf(":");
  const reason = line.slice(colon + 1).trim();
  if (colon > 0 && reason !== "") return [line.slice(0, colon), reason];
  throw new Error(`Wrong line in allowed-skips.txt: ${line}: expected "need: reason"`);
}

/** Why a skip is allowed; undefined when it is not. Only skips for a need can be. */
export function leaveFor(skipReason: string, allowed: AllowedSkips): string | undefined {
  const need = /^needs ([^:]+):/.exec(skipReason)?.[1];
  return need === undefined ? undefined : allowed.get(need);
}
