/** The C: what each file says of itself, and what its floor may not do. */
import { type Complaint, lineAt, type Rule, type TextFile } from "./tree.ts";

/** What is nowhere in the floor: a pattern, and why. */
interface Ban {
  readonly folder: string;
  readonly pattern: RegExp;
  readonly message: string;
}

const bans: readonly Ban[] = [
  { folder: "native/", pattern: /\bnapi_throw\w*\(/, message: "the addon never throws" },
  { folder: "native/", pattern: /\bstrerror\w*\(/, message: "the addon knows no error text" },
  { folder: "native/calls/", pattern: /\buv_\w+\(|<uv\.h>/, message: "a call knows no event loop" },
];

/** The rule itself. */
export const nativeRule: Rule = {
  name: "native",
  check: (tree) => tree.texts.filter(({ path }) => /\.[ch]$/.test(path)).flatMap(checkFile),
};

function checkFile(file: TextFile): Complaint[] {
  return [...opening(file), ...bans.flatMap((ban) => checkBan(file, ban))];
}

function opening({ path, text }: TextFile): Complaint[] {
  const comment = /^\/\*.*?\*\//s.exec(text)?.[0];
  if (comment === undefined) {
    return [{ file: path, line: 1, message: "the file does not open with what it is for" }];
  }
  const engine = /^native\/engines\/.*\.c$/.test(path);
  if (!engine || /state machine/i.test(comment)) return [];
  return [{ file: path, line: 1, message: "an engine opens with its state machine" }];
}

function checkBan({ path, text }: TextFile, { folder, pattern, message }: Ban): Complaint[] {
  if (!path.startsWith(folder)) return [];
  const found = pattern.exec(text);
  return found === null ? [] : [{ file: path, line: lineAt(text, found.index), message }];
}
