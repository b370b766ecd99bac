/** The form of TypeScript: an opening comment, no default export, no enum, no top-level await. */
import { Visitor, type VisitorObject } from "oxc-parser";
import { type Complaint, lineAt, type Module, type Rule } from "./tree.ts";

/** The rule itself. */
export const formRule: Rule = {
  name: "form",
  check: (tree) => tree.modules.flatMap(checkModule),
};

function checkModule(module: Module): Complaint[] {
  return [...opening(module), ...defaultExports(module), ...statements(module)];
}

function opening({ path, comments, program }: Module): Complaint[] {
  const start = program.hashbang === null ? 0 : program.hashbang.end + 1;
  if (comments[0]?.start === start) return [];
  return [{ file: path, line: 1, message: "the file does not open with what it is for" }];
}

function defaultExports({ path, text, module }: Module): Complaint[] {
  const entries = module.staticExports.flatMap((one) => one.entries);
  const defaults = entries.filter(
    ({ exportName }) => exportName.kind === "Default" || exportName.name === "default",
  );
  return defaults.map(({ start }) => {
    return { file: path, line: lineAt(text, start), message: "a default export" };
  });
}

function statements(module: Module): Complaint[] {
  const complaints: Complaint[] = [];
  const complain = (start: number, message: string): void => {
    complaints.push({ file: module.path, line: lineAt(module.text, start), message });
  };
  const required = !isProgram(module.path);
  new Visitor(visitorFor(complain, required)).visit(module.program);
  return complaints;
}

/** What a test or a benchmark starts as a process: nothing requires it, so it may await. */
function isProgram(path: string): boolean {
  return /^(tests|bench)\/.*\/programs\//.test(path);
}

function visitorFor(
  complain: (start: number, message: string) => void,
  required: boolean,
): VisitorObject {
  let depth = required ? 0 : 1;
  const enter = (): void => {
    depth += 1;
  };
  const exit = (): void => {
    depth -= 1;
  };
  return {
    FunctionDeclaration: enter,
    "FunctionDeclaration:exit": exit,
    FunctionExpression: enter,
    "FunctionExpression:exit": exit,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": exit,
    TSEnumDeclaration: (node) => complain(node.start, "an enum"),
    AwaitExpression: (node) => {
      if (depth === 0) complain(node.start, "an await outside of any function");
    },
    ForOfStatement: (node) => {
      if (depth === 0 && node.await) complain(node.start, "an await outside of any function");
    },
  };
}
