/** Every export of a public door has a doc comment where it is declared. */
import { dirname, join } from "node:path/posix";
import type { Declaration } from "oxc-parser";
import { type Complaint, lineAt, type Module, type Rule, type Tree } from "./tree.ts";

const doors = /^src\/(index|inspect\/index|mechanisms\/[^/]+\/index)\.ts$/;

/** The rule itself. */
export const docsRule: Rule = {
  name: "docs",
  check: (tree) => {
    const open = tree.modules.filter((module) => doors.test(module.path));
    const found = open.flatMap((module) => exportsOf(tree, module, new Set()));
    return [...new Map(found.map((one) => [`${one.file}:${one.line}`, one])).values()];
  },
};

/** Follows what a door gives on to where it is declared, and complains about what is bare there. */
function exportsOf(tree: Tree, module: Module, seen: Set<string>): Complaint[] {
  if (seen.has(module.path)) return [];
  seen.add(module.path);
  const entries = module.module.staticExports.flatMap((one) => one.entries);
  return entries.flatMap((entry) => {
    if (entry.moduleRequest === null) return checkName(module, entry.localName.name);
    const source = moduleAt(tree, module, entry.moduleRequest.value);
    if (source === undefined) return [];
    if (entry.importName.name === null) return exportsOf(tree, source, seen);
    return checkExport(tree, source, entry.importName.name);
  });
}

/** The export of that name: declared here, or given on once more. */
function checkExport(tree: Tree, module: Module, name: string): Complaint[] {
  const entries = module.module.staticExports.flatMap((one) => one.entries);
  const entry = entries.find((one) => one.exportName.name === name);
  if (entry?.moduleRequest == null) return checkName(module, name);
  const source = moduleAt(tree, module, entry.moduleRequest.value);
  return source === undefined ? [] : checkExport(tree, source, entry.importName.name ?? name);
}

function moduleAt(tree: Tree, from: Module, request: string): Module | undefined {
  const path = join(dirname(from.path), request);
  return tree.modules.find((module) => module.path === path);
}

function checkName(module: Module, name: string | null): Complaint[] {
  for (const node of module.program.body) {
    if (node.type !== "ExportNamedDeclaration" || node.declaration === null) continue;
    if (!namesOf(node.declaration).includes(name ?? "")) continue;
    if (isDocumented(module, node.start)) return [];
    const line = lineAt(module.text, node.start);
    const message = `${name} is public and has no doc comment`;
    return [{ file: module.path, line, message, subject: name ?? "" }];
  }
  return [];
}

function namesOf(declaration: Declaration): string[] {
  if (declaration.type === "VariableDeclaration") {
    return declaration.declarations.flatMap(({ id }) =>
      id.type === "Identifier" ? [id.name] : [],
    );
  }
  if (!("id" in declaration) || declaration.id === null) return [];
  return declaration.id.type === "Identifier" ? [declaration.id.name] : [];
}

/**
 * A doc comment stands directly before. The file's own opening comment is not one, even where the
 * first declaration follows it.
 */
function isDocumented({ text, comments }: Module, start: number): boolean {
  const before = comments.filter((comment) => comment.end <= start).at(-1);
  if (before === undefined || before.type !== "Block" || before.start === 0) return false;
  return before.value.startsWith("*") && text.slice(before.end, start).trim() === "";
}
