/** Finds the verb among the words: its options, with their values, may stand before it. */
import type { Option } from "commander";
import type { VerbEntry } from "./verbs.ts";

/**
 * The place of the first verb whose own options explain every word before it; else of the first word
 * that is no option, for the complaint about it; -1 where all are options.
 */
export async function verbPlace(
  words: readonly string[],
  verbs: readonly VerbEntry[],
): Promise<number> {
  const first = words.findIndex((word) => !word.startsWith("-"));
  if (first <= 0) return first;
  for (const [place, word] of words.entries()) {
    const verb = verbs.find(({ name }) => name === word);
    if (verb === undefined) continue;
    if (areOptions(words.slice(0, place), (await verb.load()).options)) return place;
  }
  return first;
}

/** True when each word is an option or the value of the one before. Unknown ones are found later. */
function areOptions(words: readonly string[], options: readonly Option[]): boolean {
  let place = 0;
  while (place < words.length) {
    const word = words[place] ?? "";
    if (!word.startsWith("-")) return false;
    const option = options.find(({ long, short }) => long === word || short === word);
    place += option?.required === true ? 2 : 1;
  }
  return place === words.length;
}
