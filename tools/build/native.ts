/**
 * Builds the addon with the compiler alone. Each object is kept under build/ with a stamp of what
 * it was made of, so a build that has nothing to do takes milliseconds.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { filesBelow } from "../files.ts";
import { inParallel } from "../parallel.ts";
import { inTree, root } from "../paths.ts";
import { demand } from "../run.ts";
import { compiler, nodeHeaders, type Variant } from "./compiler.ts";

/** What a build did. */
export interface NativeBuild {
  readonly binary: string;
  /** How many C files were compiled; 0 when all were up to date. */
  readonly compiled: number;
  readonly sources: number;
}

interface Step {
  readonly output: string;
  readonly parameters: readonly string[];
  /** A digest of everything that the output is made of, and the file that keeps it. */
  readonly stamp: string;
  readonly record: string;
}

/** Brings the binary of one variant up to date. */
export async function buildNative(variant: Variant, binary: string): Promise<NativeBuild> {
  const sources = filesBelow("native", ".c");
  if (sources.length === 0) throw new Error("There is no C file below native/");
  const steps = await compileSteps(variant, sources);
  const done = await inParallel(steps, perform);
  await perform(linkStep(variant, binary, steps));
  return { binary, compiled: done.filter(Boolean).length, sources: sources.length };
}

async function compileSteps(variant: Variant, sources: readonly string[]): Promise<Step[]> {
  const include = ["-I", await nodeHeaders(), "-I", "native"];
  const headers = await digestOf(filesBelow("native", ".h"));
  const version = await demand(compiler, ["--version"]);
  const steps = sources.map(async (source) => {
    const parameters = [...variant.compile, ...include, "-c", source];
    const made = [version, process.version, ...parameters, headers, await digestOf([source])];
    const output = objectOf(variant, source);
    return { output, parameters, stamp: digest(made), record: recordOf(variant, output) };
  });
  return Promise.all(steps);
}

function objectOf(variant: Variant, source: string): string {
  const name = source.slice("native/".length).replaceAll("/", "-").replace(/\.c$/, ".o");
  return inTree(variant.folder, "objects", name);
}

function recordOf(variant: Variant, output: string): string {
  return inTree(variant.folder, "stamps", basename(output));
}

function linkStep(variant: Variant, output: string, objects: readonly Step[]): Step {
  const parameters = [...variant.link, ...objects.map((object) => object.output)];
  const stamp = digest([...parameters, output, ...objects.map((object) => object.stamp)]);
  return { output, parameters, stamp, record: recordOf(variant, output) };
}

/**
 * Runs the compiler unless the output is already made of the same; true when it ran. The output
 * is renamed into place: a process that has the old addon mapped keeps it.
 */
async function perform(step: Step): Promise<boolean> {
  if (existsSync(step.output) && (await readIfThere(step.record)) === step.stamp) return false;
  await mkdir(dirname(step.output), { recursive: true });
  await mkdir(dirname(step.record), { recursive: true });
  const temporary = `${step.output}.${process.pid}`;
  await compile([...step.parameters, "-o", temporary]);
  await rename(temporary, step.output);
  await writeFile(step.record, step.stamp);
  return true;
}

async function compile(parameters: readonly string[]): Promise<void> {
  await demand(compiler, parameters, { cwd: root });
}

async function digestOf(files: readonly string[]): Promise<string> {
  const contents = await Promise.all(files.map((file) => readFile(inTree(file), "utf8")));
  return digest([...files.map((file) => basename(file)), ...contents]);
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}
