/** All rules, and what a tree breaks of them. */
import { docsRule } from "./docs.ts";
import { type Broken, parseExceptions, without } from "./exceptions.ts";
import { floorsRule } from "./floors.ts";
import { formRule } from "./form.ts";
import { lockRule } from "./lock.ts";
import { namesRule } from "./names.ts";
import { nativeRule } from "./native.ts";
import { roomsRule } from "./rooms.ts";
import { sizeRule } from "./size.ts";
import { testsBesideRule } from "./tests-beside.ts";
import { type Rule, readTree } from "./tree.ts";
import { wordsRule } from "./words.ts";

/** In the order in which they complain. */
const rules: readonly Rule[] = [
  floorsRule,
  namesRule,
  formRule,
  sizeRule,
  roomsRule,
  testsBesideRule,
  docsRule,
  nativeRule,
  lockRule,
  wordsRule,
];

/** Where a tree lists its exceptions. */
const exceptionsFile = "tools/tidy-exceptions.txt";

/** Everything that the tree below a folder breaks and has no exception for. */
export function brokenIn(root: string): Broken[] {
  const tree = readTree(root);
  const broken = rules.flatMap((rule) =>
    rule.check(tree).map((complaint) => ({ ...complaint, rule: rule.name })),
  );
  const list = tree.texts.find((file) => file.path === exceptionsFile)?.text ?? "";
  return without(broken, parseExceptions(list), exceptionsFile);
}
