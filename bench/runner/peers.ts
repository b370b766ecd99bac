/**
 * The packages that are measured beside ours, installed into a temporary folder: they are no
 * dependencies of the project. One that does not build here is left out with a note.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture } from "../../tools/run.ts";
import type { Peer } from "./declaration.ts";

export interface InstalledPeers {
  readonly folder: string;
  /** The names of those that load. */
  readonly names: ReadonlySet<string>;
  remove(): Promise<void>;
}

const quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund"];

/** Installs each peer on its own, so that one that fails leaves the others. */
export async function installPeers(
  peers: readonly Peer[],
  note: (words: string) => void,
): Promise<InstalledPeers> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-bench-"));
  const names = new Set<string>();
  const manifest = {
    private: true,
    // These compile themselves when they are installed, which npm no longer lets every package do.
    allowScripts: Object.fromEntries(
      peers.map(({ name, version }) => [`${name}@${version}`, true]),
    ),
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  for (const { name, version } of peers) {
    const failure = await install(folder, name, version);
    if (failure === undefined) names.add(name);
    else note(`${name}@${version} is left out: ${failure}`);
  }
  return { folder, names, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Why it cannot be used; undefined when it can. */
async function install(folder: string, name: string, version: string): Promise<string | undefined> {
  const asked = ["install", "--prefix", folder, ...quiet, `${name}@${version}`];
  const installed = await capture("npm", asked, { cwd: folder });
  if (installed.code !== 0) return lastLine(installed.stderr) ?? `npm ended with ${installed.code}`;
  const loaded = await capture(process.execPath, ["-e", `require("${name}")`], { cwd: folder });
  return loaded.code === 0 ? undefined : (lastLine(loaded.stderr) ?? "it does not load");
}

function lastLine(words: string): string | undefined {
  return words
    .trimEnd()
    .split("\n")
    .findLast((line) => /error/i.test(line));
}
