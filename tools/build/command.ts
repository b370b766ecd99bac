/**
 * Bundles the command and what it needs into one CommonJS file behind a launcher, and collects the
 * licences of the packages that went into it. The addon stays outside, in prebuilds/.
 */
import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname, relative } from "node:path";
import { build, type Metafile, type OnLoadArgs, type OnLoadResult, type Plugin } from "esbuild";
import { inTree, root } from "../paths.ts";
import { launcherFor } from "./launcher.ts";
import { licencesOf } from "./licences.ts";
import { standIns } from "./stand-ins.ts";

const entry = inTree("dist/src/cli/main.js");
const output = inTree("dist/ipc.command.cjs");
const launcher = inTree("dist/ipc.cjs");
const licences = inTree("dist/ipc.licenses.txt");

/** Opens the bundle: what a module knew as import.meta.url is reckoned from the bundle's place. */
const banner = `"use strict";
const bundleUrl = require("node:url").pathToFileURL(__filename).href;`;

/** Bundles the command; false when it has no source yet. */
export async function buildCommand(): Promise<boolean> {
  if (!existsSync(inTree("src/cli/main.ts"))) return false;
  const { metafile, outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    charset: "utf8",
    logLevel: "warning",
    banner: { js: banner },
    plugins: [ownUrl, standIns],
  });
  const code = outputFiles[0]?.contents ?? new Uint8Array();
  await place(output, code, 0o644);
  await place(launcher, launcherFor(`./${basename(output)}`), 0o755);
  await place(licences, await licencesOf(packagesIn(metafile)), 0o644);
  return true;
}

/** In the bundle each module still believes that it stands where the compiler put it. */
const ownUrl: Plugin = {
  name: "own-url",
  setup(bundler) {
    bundler.onLoad({ filter: /\/dist\/src\/.*\.js$/ }, withOwnUrl);
  },
};

async function withOwnUrl({ path }: OnLoadArgs): Promise<OnLoadResult> {
  const place = JSON.stringify(relative(dirname(output), path));
  const source = await readFile(path, "utf8");
  const url = `new URL(${place}, bundleUrl).href`;
  return { contents: source.replaceAll("import.meta.url", url), loader: "js" };
}

/** The folders of the packages whose files went into the bundle. */
function packagesIn(metafile: Metafile): string[] {
  const folders = Object.keys(metafile.inputs).map(
    (file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0],
  );
  return [...new Set(folders)].filter((folder) => folder !== undefined).sort();
}

/** Writes a file whole or not at all. */
async function place(file: string, contents: string | Uint8Array, mode: number): Promise<void> {
  const temporary = `${file}.${process.pid}`;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(temporary, contents);
  await chmod(temporary, mode);
  await rename(temporary, file);
}
