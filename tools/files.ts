/** The files of the tree, found by folder and ending. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inTree, root } from "./paths.ts";

/** The files below a folder of the tree whose names end so, sorted; none when it does not exist. */
export function filesBelow(folder: string, ending: string, tree: string = root): string[] {
  if (!existsSync(join(tree, folder))) return [];
  const below = readdirSync(join(tree, folder), { recursive: true, encoding: "utf8" });
  const matching = below.filter((name) => name.endsWith(ending));
  return matching.map((name) => join(folder, name)).sort();
}

/** The source of a compiled file. */
export function sourceOf(file: string): string {
  return file.replace(/^dist\//, "").replace(/\.js$/, ".ts");
}

/** The compiled tests whose source's path holds one of the patterns; all when there is none. */
export function testFiles(patterns: readonly string[]): string[] {
  return matching(filesBelow("dist", ".test.js"), patterns);
}

/** The same for what `npm run soak` runs in full, and `npm test` in part. */
export function soakFiles(patterns: readonly string[]): string[] {
  return matching(filesBelow("dist/tests/soak", ".soak.js"), patterns);
}

/** Left out is what has no source any more: the compiler never removes what it once wrote. */
function matching(files: readonly string[], patterns: readonly string[]): string[] {
  const current = files.filter((file) => existsSync(inTree(sourceOf(file))));
  if (patterns.length === 0) return current;
  return current.filter((file) => patterns.some((pattern) => sourceOf(file).includes(pattern)));
}
