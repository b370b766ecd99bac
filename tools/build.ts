/**
 * What `npm run build` does after the compiler: the addon, and the command as one file.
 * With --sanitize it also builds the addon under the sanitizers. Says what it did on stderr, so
 * that the output of `npm start` is the command's alone.
 */
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { buildCommand } from "./build/command.ts";
import { platform, release, sanitized } from "./build/compiler.ts";
import { buildNative, type NativeBuild } from "./build/native.ts";
import { inTree, root, sanitizedAddon } from "./paths.ts";

const { values } = parseArgs({ options: { sanitize: { type: "boolean", default: false } } });

function report(build: NativeBuild): void {
  if (build.compiled === 0) return;
  const file = relative(root, build.binary);
  console.error(`built ${file} (${build.compiled} of ${build.sources} C files compiled)`);
}

async function main(): Promise<void> {
  const shipped = inTree("prebuilds", await platform(), "linux-ipc.node");
  report(await buildNative(release, shipped));
  if (values.sanitize) report(await buildNative(sanitized, sanitizedAddon));
  if (!(await buildCommand())) console.error("no src/cli/main.ts: the command is not built");
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
