/** The import rule: an arrow from file to file only ever goes down the floors of the house. */
import { dirname, join } from "node:path/posix";
import { type Complaint, isTest, lineAt, type Module, type Rule, type Tree } from "./tree.ts";

/**
 * What a floor may import: other floors by name, "node" for Node's own modules, "packages" for
 * what is bundled, "rooms" for the list of rooms. Its own files it always may.
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  sys: ["node"],
  wire: [],
  io: ["node", "sys", "wire"],
  mechanisms: ["node", "sys", "wire", "io"],
  channel: ["node", "sys", "wire", "io", "mechanisms"],
  inspect: ["node", "rooms", "io", "sys", "wire"],
  cli: ["node", "packages", "rooms", "channel", "inspect", "web"],
  web: ["node", "packages", "inspect"],
};

/**
 * ipcs, ipcmk and ipcrm speak of System V alone, whatever rooms there are: beyond what all of the
 * command may, they use the package as any program does, through the file at its top.
 */
const compatibility = { folder: "src/cli/compatibility/", alsoAllowed: "package" } as const;

/** What the file at the top of src may import: the contracts, the errors, and the rooms' doors. */
const index: readonly string[] = ["io", "sys", "mechanisms", "inspect", "channel"];

const packageFile = "src/index.ts";
const roomsFile = "src/mechanisms/rooms.ts";

/** The rule itself. */
export const floorsRule: Rule = {
  name: "floors",
  check: (tree) => sourceFiles(tree).flatMap((module) => checkModule(module)),
};

function sourceFiles(tree: Tree): readonly Module[] {
  return tree.modules.filter(({ path }) => path.startsWith("src/"));
}

interface Import {
  readonly from: string;
  readonly line: number;
}

function checkModule(module: Module): Complaint[] {
  return importsOf(module).flatMap(({ from, line }) => {
    const message = objection(module.path, from);
    return message === undefined ? [] : [{ file: module.path, line, message }];
  });
}

function importsOf({ module, text, path }: Module): Import[] {
  const requests = [
    ...module.staticImports.map((one) => one.moduleRequest),
    ...module.staticExports.flatMap((one) => one.entries.map((entry) => entry.moduleRequest)),
    ...module.dynamicImports.map((one) => one.moduleRequest),
  ].filter((request) => request !== null);
  const seen = new Map<string, Import>();
  for (const { start, end } of requests) {
    const written = text.slice(start + 1, end - 1);
    const from = written.startsWith(".") ? join(dirname(path), written) : written;
    if (!seen.has(from)) seen.set(from, { from, line: lineAt(text, start) });
  }
  return [...seen.values()];
}

/** Why this file may not import that one; undefined when it may. */
function objection(path: string, from: string): string | undefined {
  if (isTest(path) && isForTests(from)) return undefined;
  const floor = floorOf(path);
  const allowed = allowedTo(path, floor);
  if (allowed === undefined) return `src/${floor} is no floor of the house`;
  const kind = kindOf(from);
  if (kind === "outside") return `${from} lies outside of src`;
  if (kind === floor && floor !== "mechanisms") return undefined;
  if (floor === "mechanisms" && from.startsWith("src/mechanisms/")) return betweenRooms(path, from);
  if (allowed.includes(kind)) return ofRooms(path, from);
  if (kind === "mechanisms" && from === roomsFile && allowed.includes("rooms")) return undefined;
  return `${nameOf(path, floor)} may not import ${from}`;
}

function allowedTo(path: string, floor: string): readonly string[] | undefined {
  if (path === packageFile) return index;
  const allowed = floors[floor];
  if (allowed === undefined || !path.startsWith(compatibility.folder)) return allowed;
  return [...allowed, compatibility.alsoAllowed];
}

function isForTests(from: string): boolean {
  return from.startsWith("node:") || from.startsWith("tests/") || kindOf(from) === "packages";
}

/** "node", "packages", "package" for the file at the top, "outside", or the floor of a file of src. */
function kindOf(from: string): string {
  if (from.startsWith("node:")) return "node";
  if (from === packageFile) return "package";
  if (from.startsWith("src/")) return floorOf(from);
  return /^[@a-z]/.test(from) && !/\.ts$/.test(from) ? "packages" : "outside";
}

function floorOf(path: string): string {
  const [, floor = "", ...rest] = path.split("/");
  return rest.length === 0 ? "" : floor;
}

function roomOf(path: string): string | undefined {
  const [, , room, ...rest] = path.split("/");
  return rest.length === 0 ? undefined : room;
}

/** Within mechanisms: a room imports itself alone; the list of rooms imports each room.ts. */
function betweenRooms(path: string, from: string): string | undefined {
  if (path === roomsFile) {
    return from.endsWith("/room.ts") ? undefined : `the list of rooms may not import ${from}`;
  }
  if (roomOf(path) !== undefined && roomOf(path) === roomOf(from)) return undefined;
  return `the room ${roomOf(path) ?? path} may not import ${from}`;
}

/** From above: a room is entered through its index.ts, or through the list. */
function ofRooms(path: string, from: string): string | undefined {
  if (!from.startsWith("src/mechanisms/") || from === roomsFile) return undefined;
  if (from.endsWith("/index.ts")) return undefined;
  return `${path} may import a room's index.ts only, not ${from}`;
}

function nameOf(path: string, floor: string): string {
  return floor === "" ? path : `src/${floor}`;
}
