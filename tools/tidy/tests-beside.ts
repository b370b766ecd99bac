/** A codec and a handle have their test beside them. */
import type { Declaration, Directive, Statement } from "oxc-parser";
import { type Complaint, isTest, type Module, type Rule } from "./tree.ts";

/** The rule itself. */
export const testsBesideRule: Rule = {
  name: "tests-beside",
  check: (tree) => tree.modules.flatMap((module) => checkModule(module, tree.paths)),
};

function checkModule(module: Module, paths: ReadonlySet<string>): Complaint[] {
  const what = whatItIs(module);
  const test = module.path.replace(/\.ts$/, ".test.ts");
  if (what === undefined || paths.has(test)) return [];
  return [{ file: module.path, line: 0, message: `${what} without its test ${test}` }];
}

/** Codecs are what src/wire exports beyond types; handles are the classes of io and of the rooms. */
function whatItIs({ path, module, program }: Module): string | undefined {
  if (isTest(path) || path.endsWith("/index.ts")) return undefined;
  const values = module.staticExports.flatMap((one) => one.entries).filter((one) => !one.isType);
  if (path.startsWith("src/wire/")) return values.length > 0 ? "a codec" : undefined;
  if (!/^src\/(io|mechanisms|channel)\//.test(path)) return undefined;
  return program.body.some(exportsClass) ? "a class" : undefined;
}

function exportsClass(node: Directive | Statement): boolean {
  if (node.type !== "ExportNamedDeclaration") return false;
  const declaration: Declaration | null = node.declaration;
  return declaration?.type === "ClassDeclaration";
}
