/**
 * Checks the C: its form with clang-format, its sense with the compiler's analyzer.
 * With --write it puts the form right, and leaves the sense to a person.
 */
import { parseArgs } from "node:util";
import { clangFormatPath } from "clang-format-node";
import { baseFlags, compiler, nodeHeaders } from "./build/compiler.ts";
import { filesBelow } from "./files.ts";
import { inParallel } from "./parallel.ts";
import { root } from "./paths.ts";
import { capture } from "./run.ts";

const folders = ["native", "bench", "tests"];

/** Every C file of the project, headers included. */
function sources(): string[] {
  return folders.flatMap((folder) => [...filesBelow(folder, ".c"), ...filesBelow(folder, ".h")]);
}

/** What clang-format complains about, or an empty text. Writing in place never complains. */
async function format(files: readonly string[], write: boolean): Promise<string> {
  const mode = write ? ["-i"] : ["--dry-run", "--Werror"];
  const parameters = ["--style=file", ...mode, ...files];
  const outcome = await capture(clangFormatPath, parameters, { cwd: root });
  return outcome.code === 0 ? "" : outcome.stderr;
}

/**
 * The analyzer loses sight of memory that is kept in a table reached through a pointer, and calls
 * it leaked; the suite under the sanitizers and the soak look for leaks instead.
 */
const analysis = ["-O2", "-fanalyzer", "-Wno-analyzer-malloc-leak", "-S", "-o", "/dev/null"];

async function analyze(file: string, headers: string): Promise<string> {
  const include = ["-I", headers, "-I", "native"];
  const parameters = [...baseFlags, ...analysis, ...include, file];
  const outcome = await capture(compiler, parameters, { cwd: root });
  return outcome.code === 0 ? "" : outcome.stderr;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { write: { type: "boolean", default: false } } });
  const files = sources();
  if (files.length === 0) return;
  const complaints = [await format(files, values.write)];
  if (!values.write) {
    const headers = await nodeHeaders();
    const units = files.filter((file) => file.endsWith(".c"));
    complaints.push(...(await inParallel(units, (file) => analyze(file, headers))));
  }
  const text = complaints.join("").trimEnd();
  if (text === "") return console.log(`${files.length} C files are in order`);
  console.error(text);
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
