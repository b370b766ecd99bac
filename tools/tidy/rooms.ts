/** The plan that every room has, and the doors through which it is entered. */
import { basename, dirname } from "node:path/posix";
import { type Complaint, isTest, type Module, type Rule, type Tree } from "./tree.ts";

const folder = "src/mechanisms";
const list = `${folder}/rooms.ts`;
const headings = ["Objective", "Decisions", "Limits", "Needs", "Manual pages"];
const readmeMaxLines = 49;

/** The rule itself. */
export const roomsRule: Rule = {
  name: "rooms",
  check: (tree) => roomsIn(tree).flatMap((room) => checkRoom(tree, room)),
};

function roomsIn(tree: Tree): string[] {
  const entries = [...tree.paths].filter((path) => dirname(path) === folder);
  return entries.filter((path) => !path.endsWith(".ts"));
}

function checkRoom(tree: Tree, room: string): Complaint[] {
  return [
    ...checkReadme(tree, `${room}/README.md`),
    ...checkRoomFile(tree, `${room}/room.ts`),
    ...checkIndex(tree, room),
    ...checkListed(tree, room),
  ];
}

function checkReadme(tree: Tree, path: string): Complaint[] {
  const text = tree.texts.find((file) => file.path === path)?.text;
  if (text === undefined) return [missing(path)];
  const found = [...text.matchAll(/^#+ (.*)$/gm)].map((match) => match[1]);
  const plan = found.filter((heading) => headings.includes(heading ?? ""));
  const complaints: Complaint[] = [];
  if (plan.join() !== headings.join()) {
    complaints.push({
      file: path,
      line: 0,
      message: `its headings are not ${headings.join(" · ")}`,
    });
  }
  if (text.trimEnd().split("\n").length > readmeMaxLines) {
    complaints.push({ file: path, line: 0, message: "50 lines or more" });
  }
  return complaints;
}

/** room.ts exports one value, the room; types beside it may leave too. */
function checkRoomFile(tree: Tree, path: string): Complaint[] {
  const module = moduleAt(tree, path);
  if (module === undefined) return [missing(path)];
  const values = module.module.staticExports
    .flatMap((one) => one.entries)
    .filter((entry) => !entry.isType);
  if (values.length === 1) return [];
  return [{ file: path, line: 0, message: `exports ${values.length} values, not one` }];
}

/** A room that can only be seen needs no index.ts; one with something to close does. */
function checkIndex(tree: Tree, room: string): Complaint[] {
  const path = `${room}/index.ts`;
  const module = moduleAt(tree, path);
  const own = tree.modules.filter((file) => dirname(file.path) === room && !isTest(file.path));
  if (module === undefined) return own.some(hasHandle) ? [missing(path)] : [];
  return [...onlyExports(module), ...exportedByPackage(tree, room)];
}

/** A handle is a class that is exported. */
function hasHandle({ program }: Module): boolean {
  return program.body.some(
    (node) =>
      node.type === "ExportNamedDeclaration" && node.declaration?.type === "ClassDeclaration",
  );
}

function onlyExports({ path, program }: Module): Complaint[] {
  const gives = new Set(["ExportNamedDeclaration", "ExportAllDeclaration"]);
  const others = program.body.filter(
    (node) => !gives.has(node.type) || !("source" in node) || node.source === null,
  );
  return others.length === 0 ? [] : [{ file: path, line: 0, message: "does more than export" }];
}

function exportedByPackage(tree: Tree, room: string): Complaint[] {
  const text = tree.texts.find((file) => file.path === "package.json")?.text ?? "{}";
  const { exports = {} } = JSON.parse(text) as { exports?: Record<string, unknown> };
  const door = `./${basename(room)}`;
  if (door in exports) return [];
  return [{ file: "package.json", line: 0, message: `does not export ${door}` }];
}

function checkListed(tree: Tree, room: string): Complaint[] {
  const wanted = `./${basename(room)}/room.ts`;
  const listed = moduleAt(tree, list)?.module.staticImports ?? [];
  if (listed.some((one) => one.moduleRequest.value === wanted)) return [];
  return [{ file: list, line: 0, message: `does not list the room ${basename(room)}` }];
}

function moduleAt(tree: Tree, path: string): Module | undefined {
  return tree.modules.find((module) => module.path === path);
}

function missing(path: string): Complaint {
  return { file: path, line: 0, message: "is missing" };
}
