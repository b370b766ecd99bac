/** The size of files and functions: what is longer wants a reason among the exceptions. */
import {
  type ArrowFunctionExpression,
  type CallExpression,
  type Function as DeclaredFunction,
  Visitor,
} from "oxc-parser";
import {
  type Complaint,
  lineAt,
  type Module,
  type Rule,
  type TextFile,
  type Tree,
} from "./tree.ts";

const fileMaxLines = 400;
const functionMaxLines = 40;

/** The rule itself. */
export const sizeRule: Rule = { name: "size", check };

function check(tree: Tree): Complaint[] {
  const native = tree.texts.filter(({ path }) => /\.[ch]$/.test(path));
  return [
    ...[...tree.modules, ...native].flatMap(fileSize),
    ...tree.modules.flatMap(functionSizes),
    ...native.flatMap(nativeFunctionSizes),
  ];
}

function fileSize({ path, text }: TextFile): Complaint[] {
  const lines = text.trimEnd().split("\n").length;
  if (lines <= fileMaxLines) return [];
  return [{ file: path, line: 0, message: `${lines} lines, more than ${fileMaxLines}` }];
}

interface Span {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

function judge(file: string, { name, first, last }: Span): Complaint[] {
  const lines = last - first + 1;
  if (lines <= functionMaxLines) return [];
  const message = `${name} has ${lines} lines, more than ${functionMaxLines}`;
  return [{ file, line: first, message, subject: name }];
}

function functionSizes(module: Module): Complaint[] {
  return functionsOf(module).flatMap((span) => judge(module.path, span));
}

type FunctionNode = ArrowFunctionExpression | DeclaredFunction;

/** A block given to describe() is a heading over tests, and not a function to be understood. */
function functionsOf({ text, program }: Module): Span[] {
  const spans: Span[] = [];
  const names = new Map<number, string>();
  const headings = new Set<number>();
  const add = (node: FunctionNode): void => {
    if (headings.has(node.start)) return;
    const own = node.type === "ArrowFunctionExpression" ? undefined : node.id?.name;
    const name = own ?? names.get(node.start) ?? "a function without a name";
    spans.push({ name, first: lineAt(text, node.start), last: lineAt(text, node.end) });
  };
  new Visitor({
    CallExpression: (node) => {
      for (const argument of headed(node)) headings.add(argument);
    },
    MethodDefinition: (node) => {
      names.set(node.value.start, text.slice(node.key.start, node.key.end));
    },
    Property: (node) => {
      names.set(node.value.start, text.slice(node.key.start, node.key.end));
    },
    VariableDeclarator: (node) => {
      if (node.init !== null) names.set(node.init.start, text.slice(node.id.start, node.id.end));
    },
    FunctionDeclaration: add,
    FunctionExpression: add,
    ArrowFunctionExpression: add,
  }).visit(program);
  return spans;
}

function headed(node: CallExpression): number[] {
  const { callee } = node;
  if (callee.type !== "Identifier" || callee.name !== "describe") return [];
  return node.arguments.map((argument) => argument.start);
}

/** In formatted C a function's body closes with the first brace that stands in the first column. */
function nativeFunctionSizes({ path, text }: TextFile): Complaint[] {
  const lines = text.split("\n");
  const heads = lines.flatMap((line, index) => (isFunctionHead(line) ? [index] : []));
  return heads.flatMap((index) => {
    const length = lines.slice(index).indexOf("}");
    const name = /(\w+)\(/.exec(lines[index] ?? "")?.[1] ?? "a function";
    return judge(path, { name, first: index + 1, last: index + 1 + length });
  });
}

function isFunctionHead(line: string): boolean {
  return /^[a-z].*\w+\(.*[^;]$/.test(line) && !line.includes("=") && !line.endsWith("}");
}
