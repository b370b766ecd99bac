/** The files of the tree, found by folder and ending. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.ts";

/** The files below a folder of the tree whose names end so, sorted; none when it does not exist. */
export function filesBelow(folder: string, ending: string, tree: string = root): string[] {
  if (!existsSync(join(tree, folder))) return [];
  const below = readdirSync(join(tree, folder), { recursive: true, encoding: "utf8" });
  const matching = below.filter((name) => name.endsWith(ending));
  return matching.map((name) => join(folder, name)).sort();
}
