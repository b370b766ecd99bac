/**
 * The newest line of Node, from the registry package that carries its binary, kept in .cache/.
 * Run alone it prints the path of that binary.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inTree } from "./paths.ts";
import { demand } from "./run.ts";

/** Pinned, so that a run tomorrow tests what the run today did. */
const version = "26.10.0";

/** The path of the newest Node's binary, installed first where it is missing. */
export async function nodeNewest(): Promise<string> {
  const name = `node-linux-${process.arch}`;
  const folder = inTree(".cache", `node-${version}`);
  const binary = `${folder}/node_modules/${name}/bin/node`;
  if (!existsSync(binary)) await fetchInto(folder, `${name}@${version}`);
  const actual = (await demand(binary, ["--version"])).trim();
  if (actual !== `v${version}`) throw new Error(`${binary} is ${actual}, not v${version}`);
  return binary;
}

async function fetchInto(folder: string, specifier: string): Promise<void> {
  const quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  await demand("npm", ["install", "--prefix", folder, ...quiet, specifier]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  nodeNewest().then(console.log, (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
