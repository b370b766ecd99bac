/** The tarball as its user meets it: installed without scripts into an empty folder, and tried. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inTree } from "../paths.ts";
import { demand } from "../run.ts";
import type { Description } from "./contents.ts";

/** Makes an empty folder, and installs the tarball there with install scripts forbidden. */
export async function install(tarball: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-package-"));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  await demand("npm", ["install", ...quiet, tarball], { cwd: folder });
  return folder;
}

/** Every way into the package that a program can import. */
export function doorsOf({ name = "", exports = {} }: Description): string[] {
  const paths = Object.keys(exports).filter((path) => !path.endsWith(".json"));
  return paths.map((path) => name + path.slice(1));
}

/** Imports a door as a module; fails when it gives nothing. */
export async function importDoor(node: string, folder: string, door: string): Promise<void> {
  await evaluate(node, folder, "module", `check(await import(${JSON.stringify(door)}))`);
}

/** Requires a door from CommonJS; fails when it gives nothing. */
export async function requireDoor(node: string, folder: string, door: string): Promise<void> {
  await evaluate(node, folder, "commonjs", `check(require(${JSON.stringify(door)}))`);
}

async function evaluate(node: string, folder: string, type: string, code: string): Promise<void> {
  const check = 'const check = (m) => { if (Object.keys(m).length === 0) throw Error("empty"); };';
  await demand(node, [`--input-type=${type}`, "--eval", check + code], { cwd: folder });
}

/** Runs the installed command by its name with this Node; what it printed. */
export async function runCommand(
  node: string,
  folder: string,
  parameters: readonly string[],
): Promise<string> {
  const env = { ...process.env, PATH: `${dirname(node)}:${process.env["PATH"]}` };
  return demand(join(folder, "node_modules/.bin/ipc"), parameters, { cwd: folder, env });
}

const compilerOptions = {
  module: "nodenext",
  target: "es2022",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
  types: ["node"],
};

/** Checks the types of a program that uses the package, as strictly as any user may. */
export async function typecheckConsumer(folder: string, program: string): Promise<void> {
  const place = join(folder, "consumer");
  const options = { ...compilerOptions, typeRoots: [inTree("node_modules/@types")] };
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "consumer.ts"), program);
  const settings = { compilerOptions: options, files: ["consumer.ts"] };
  await writeFile(join(place, "tsconfig.json"), JSON.stringify(settings));
  await demand(inTree("node_modules/.bin/tsc"), ["--project", place]);
}
