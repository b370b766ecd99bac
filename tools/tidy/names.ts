/** Names of files and folders: kebab-case nouns, and none of the words that say nothing. */
import { basename } from "node:path";
import type { Complaint, Rule } from "./tree.ts";

const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;

const empty =
  /(^|-)(util(?!-linux)|utils|utilities|helper|helpers|common|manager|managers|misc)(-|\.|$)/;

/** The rule itself; it looks below the folders, where the names are ours to choose. */
export const namesRule: Rule = {
  name: "names",
  check: (tree) => [...tree.paths].flatMap(checkPath),
};

function checkPath(path: string): Complaint[] {
  if (!path.includes("/") || path.startsWith("docs/")) return [];
  const name = basename(path);
  const message = objection(name);
  return message === undefined ? [] : [{ file: path, line: 0, message }];
}

function objection(name: string): string | undefined {
  if (name === "README.md") return undefined;
  if (empty.test(name)) return `the name ${name} says nothing about what it is`;
  return kebab.test(name) ? undefined : `the name ${name} is not kebab-case`;
}
