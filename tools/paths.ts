/** Where things are in the project's tree, as seen from a compiled tool under dist/tools. */
import { join, resolve } from "node:path";

/** The root of the tree: the folder that holds package.json. */
export const root: string = resolve(import.meta.dirname, "../..");

/** An absolute path inside the tree. */
export function inTree(...parts: readonly string[]): string {
  return join(root, ...parts);
}

/** The addon built with the sanitizers; `node dist/tools/build.js --sanitize` makes it. */
export const sanitizedAddon: string = inTree("build/sanitized/linux-ipc.node");
