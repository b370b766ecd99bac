/** What the project never speaks of: the machine it was written on, and where packages come from. */
import { type Complaint, lineAt, type Rule, type TextFile } from "./tree.ts";

/** Written so that this file does not hold what it looks for. */
const words: readonly RegExp[] = [
  /(?<![\w.])\/wor[k]\//,
  /\/tmp\/brie[f]/,
  /\/root\/[.\w]/,
  /\bregistry\.[n]pmjs\b/,
  /\bdeb\.[d]ebian\.org\b/,
  /\bpypi\.[o]rg\b/,
];

/** The rule itself. */
export const wordsRule: Rule = {
  name: "words",
  check: (tree) => [...tree.modules, ...tree.texts].flatMap(checkFile),
};

function checkFile({ path, text }: TextFile): Complaint[] {
  return words.flatMap((word) => {
    const found = word.exec(text);
    if (found === null) return [];
    const line = lineAt(text, found.index);
    return [{ file: path, line, message: `speaks of ${found[0]}` }];
  });
}
