/** Collects the licences of packages that are shipped inside a bundle. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inTree } from "../paths.ts";

/** One text with the name, version and licence of each package; throws when one has none. */
export async function licencesOf(folders: readonly string[]): Promise<string> {
  const parts = await Promise.all(folders.map((folder) => licenceOf(inTree(folder))));
  const head = "The command ipc contains these packages.\n";
  return [head, ...parts].join(`\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const description: unknown = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const { name, version, license } = description as Record<string, unknown>;
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file === undefined) throw new Error(`The package in ${folder} has no licence file`);
  const text = await readFile(join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text.trimEnd()}\n`;
}
