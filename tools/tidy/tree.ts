/** The tree that tidy looks at: its files, and its TypeScript parsed once for all rules. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Comment, type EcmaScriptModule, type Program, parseSync } from "oxc-parser";

/** Something that a rule does not accept. */
export interface Complaint {
  /** The file, from the root of the tree. */
  readonly file: string;
  /** From 1; 0 when it is about the whole file. */
  readonly line: number;
  readonly message: string;
  /** What within the file, for example a function's name; an exception can name it. */
  readonly subject?: string;
}

/** One thing that is checked everywhere. */
export interface Rule {
  readonly name: string;
  check(tree: Tree): readonly Complaint[];
}

/** A parsed TypeScript file. */
export interface Module {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly comments: readonly Comment[];
  readonly module: EcmaScriptModule;
}

/** A file that is not TypeScript. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

export interface Tree {
  readonly root: string;
  /** Every TypeScript file below src, tests, bench, examples and tools. */
  readonly modules: readonly Module[];
  /** Every other file of the project that holds text. */
  readonly texts: readonly TextFile[];
  /** The path of every file and folder, folders without a slash at their end. */
  readonly paths: ReadonlySet<string>;
}

/** The folders that hold what people wrote, and the files at the root that do. */
const folders = ["native", "src", "tests", "bench", "examples", "tools", "docs", ".ci"];

/** Reads the tree below a folder. */
export function readTree(root: string): Tree {
  const below = folders.filter((folder) => existsSync(join(root, folder)));
  const inFolders = below.flatMap((folder) => walk(root, folder));
  const entries = [...readdirSync(root, { withFileTypes: true })];
  const atRoot = entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
  const files = [...inFolders.filter((entry) => entry.isFile).map(({ path }) => path), ...atRoot];
  const paths = new Set([...inFolders.map((entry) => entry.path), ...atRoot]);
  const texts = files.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const modules = texts.filter(({ path }) => path.endsWith(".ts")).map(parse);
  return { root, modules, texts: texts.filter(({ path }) => !path.endsWith(".ts")), paths };
}

function walk(root: string, folder: string): { path: string; isFile: boolean }[] {
  const entries = readdirSync(join(root, folder), { recursive: true, withFileTypes: true });
  return entries.map((entry) => ({
    path: join(entry.parentPath, entry.name).slice(root.length + 1),
    isFile: entry.isFile(),
  }));
}

function parse({ path, text }: TextFile): Module {
  const { program, comments, module, errors } = parseSync(path, text, { sourceType: "module" });
  const first = errors[0];
  if (first !== undefined) throw new Error(`${path}: ${first.message}`);
  return { path, text, program, comments, module };
}

/** The line, from 1, in which a position of a text stands. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

/** Whether a file is a test, or belongs to the tests. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts");
}
