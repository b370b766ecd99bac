/** Shows each rule of tidy failing, on trees made for it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "../../tests/harness/test.ts";
import { brokenIn } from "./rules.ts";

const open = "/** What it is for. */\n";
const roomFile = `${open}export const sampleRoom = 1;\n`;
const readme = ["Objective", "Decisions", "Limits", "Needs", "Manual pages"]
  .map((heading) => `## ${heading}\n`)
  .join("");

/** A small tree that breaks nothing. */
const clean: Readonly<Record<string, string>> = {
  "package.json": '{ "exports": { "./sample": {} } }',
  "native/addon.c": "/* The addon. */\nint one(void) {\n  return 1;\n}\n",
  "native/engines/poll.c": "/* Waits.\n *\n * State machine:\n *   IDLE -> IDLE */\n",
  "src/index.ts": `${open}export { Sample } from "./mechanisms/sample/index.ts";\n`,
  "src/sys/fd.ts": `${open}import "node:fs";\n`,
  "src/wire/text.ts": `${open}export const text = 1;\n`,
  "src/wire/text.test.ts": `${open}import "node:test";\nimport "./text.ts";\n`,
  "src/io/wait.ts": `${open}import "../sys/fd.ts";\n`,
  "src/mechanisms/rooms.ts": `${open}import "./sample/room.ts";\n`,
  "src/mechanisms/sample/README.md": readme,
  "src/mechanisms/sample/room.ts": roomFile,
  "src/mechanisms/sample/index.ts": `${open}export { Sample } from "./sample.ts";\n`,
  "src/mechanisms/sample/sample.ts": `${open}/** A sample. */\nexport class Sample {}\n`,
  "src/mechanisms/sample/sample.test.ts": `${open}import "../../../tests/harness/test.ts";\n`,
  "src/inspect/see.ts": `${open}import "../mechanisms/rooms.ts";\n`,
  "src/cli/compatibility/ipcs.ts": `${open}import "../../index.ts";\nimport "../main.ts";\n`,
  "src/cli/main.ts": `#!/usr/bin/env node\n${open}import "commander";\nimport "../inspect/see.ts";\n`,
};

/** What the clean tree breaks when these files are laid over it, as "rule file: message". */
function brokenBy(files: Readonly<Record<string, string | undefined>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-tidy-"));
  try {
    for (const [path, text] of Object.entries({ ...clean, ...files })) {
      if (text !== undefined) write(join(folder, path), text);
    }
    return brokenIn(folder).map(({ rule, file, message }) => `${rule} ${file}: ${message}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** One file with this text breaks exactly this. */
function assertBreaks(path: string, text: string | undefined, broken: string | RegExp): void {
  const found = brokenBy({ [path]: text });
  assert.equal(found.length, 1, `${path} breaks ${JSON.stringify(found)}`);
  if (typeof broken === "string") assert.equal(found[0], broken);
  else assert.match(found[0] ?? "", broken);
}

test("brokenIn() finds nothing in a clean tree", () => {
  assert.deepEqual(brokenBy({}), []);
});

const climbing: readonly (readonly [string, string])[] = [
  ["src/sys/fd.ts", "../io/wait.ts"],
  ["src/sys/fd.ts", "../wire/text.ts"],
  ["src/sys/fd.ts", "commander"],
  ["src/wire/text.ts", "node:fs"],
  ["src/wire/text.ts", "../sys/fd.ts"],
  ["src/io/wait.ts", "../mechanisms/rooms.ts"],
  ["src/io/wait.ts", "../../tools/tidy.ts"],
  ["src/mechanisms/sample/sample.ts", "../other/index.ts"],
  ["src/mechanisms/sample/sample.ts", "../rooms.ts"],
  ["src/mechanisms/rooms.ts", "./sample/sample.ts"],
  ["src/inspect/see.ts", "../cli/main.ts"],
  ["src/inspect/see.ts", "../mechanisms/sample/index.ts"],
  ["src/cli/main.ts", "../sys/fd.ts"],
  ["src/cli/main.ts", "../wire/text.ts"],
  ["src/cli/main.ts", "../io/wait.ts"],
  ["src/cli/main.ts", "../mechanisms/sample/room.ts"],
  ["src/cli/main.ts", "../index.ts"],
  ["src/cli/compatibility/ipcs.ts", "../../sys/fd.ts"],
  ["src/cli/compatibility/ipcs.ts", "../../mechanisms/sample/index.ts"],
  ["src/inspect/see.ts", "../index.ts"],
  ["src/index.ts", "./mechanisms/sample/sample.ts"],
  ["src/index.ts", "./cli/main.ts"],
];

for (const [path, from] of climbing) {
  test(`floors: ${path} may not import ${from}`, () => {
    for (const statement of [`import "${from}";`, `export type { x } from "${from}";`]) {
      const found = brokenBy({ [path]: `${clean[path]}${statement}\n` });
      assert.match(found.join(), new RegExp(`^floors ${path}: `));
    }
  });
}

test("floors: a dynamic import climbs no higher than a static one", () => {
  const text = `${open}export const load = () => import("../io/wait.ts");\n`;
  assertBreaks(
    "src/sys/fd.ts",
    text,
    "floors src/sys/fd.ts: src/sys may not import src/io/wait.ts",
  );
});

test("floors: a test of the wire may import node: and the harness, and climb no floor", () => {
  const test = "src/wire/text.test.ts";
  assert.deepEqual(brokenBy({ [test]: `${open}import "../../tests/harness/test.ts";\n` }), []);
  assertBreaks(test, `${open}import "../io/wait.ts";\n`, /src\/wire may not import src\/io/);
});

test("floors: a folder of src that is no floor is refused", () => {
  assertBreaks("src/attic/x.ts", `${open}import "node:fs";\n`, /src\/attic is no floor/);
});

test("names: a name is kebab-case and says something", () => {
  assertBreaks("src/sys/fileDescriptor.ts", open, /^names .* not kebab-case/);
  for (const name of ["utils", "string-helpers", "common", "queue-manager", "misc"]) {
    assertBreaks(`src/sys/${name}.ts`, open, /^names .* says nothing/);
  }
  assert.deepEqual(brokenBy({ "tests/util-linux.test.ts": open }), []);
  assert.match(brokenBy({ "src/sys/helpers/x.ts": open }).join(), /^names src\/sys\/helpers:/);
});

test("form: a file opens with a comment", () => {
  const message = /the file does not open with what it is for/;
  assertBreaks("src/sys/fd.ts", "export const x = 1;\n", message);
  assertBreaks("src/sys/fd.ts", `\n${open}`, message);
  assertBreaks("native/addon.c", "int one;\n", message);
});

test("form: no default export, by either of its names", () => {
  assertBreaks("src/sys/fd.ts", `${open}export default 1;\n`, /a default export/);
  assertBreaks("src/sys/fd.ts", `${open}const x = 1;\nexport { x as default };\n`, /a default/);
});

test("form: no enum", () => {
  assertBreaks("src/sys/fd.ts", `${open}enum X {}\n`, "form src/sys/fd.ts: an enum");
});

test("form: no await outside of a function, and any inside of one", () => {
  assertBreaks("src/sys/fd.ts", `${open}await 1;\n`, /an await outside of any function/);
  assertBreaks("src/sys/fd.ts", `${open}for await (const x of []) x;\n`, /an await outside/);
  const inside = "async () => { await 1; for await (const x of []) x; }";
  assert.deepEqual(brokenBy({ "src/sys/fd.ts": `${open}export const f = ${inside};\n` }), []);
  assert.deepEqual(brokenBy({ "tests/pipe/programs/reader.ts": `${open}await 1;\n` }), []);
});

const longFunction = (name: string, lines: number): string =>
  `function ${name}() {\n${"  1;\n".repeat(lines - 2)}}\n`;

test("size: a function of 40 lines is fine, one of 41 is not", () => {
  assert.deepEqual(brokenBy({ "src/sys/fd.ts": `${open}${longFunction("f", 40)}` }), []);
  assertBreaks("src/sys/fd.ts", `${open}${longFunction("f", 41)}`, /^size .* f has 41 lines/);
});

test("size: an arrow function and a method are measured too", () => {
  const body = `{\n${"  1;\n".repeat(40)}}`;
  assertBreaks("src/sys/fd.ts", `${open}const f = () => ${body};\n`, /f has 42 lines/);
  assertBreaks("src/sys/fd.ts", `${open}class C { m() ${body} }\n`, /m has 42 lines/);
});

test("size: what describe() is given is a heading, whatever its length", () => {
  const heading = `describe("x", () => {\n${"  1;\n".repeat(60)}});\n`;
  assert.deepEqual(brokenBy({ "tests/x.test.ts": `${open}${heading}` }), []);
});

test("size: a function of 41 lines in C is too long", () => {
  const text = `/* C. */\nstatic int f(int x) {\n${"  x++;\n".repeat(39)}}\n`;
  assertBreaks("native/addon.c", text, /^size .* f has 41 lines/);
});

test("size: a file of 401 lines is too long", () => {
  assertBreaks("src/sys/fd.ts", open + "1;\n".repeat(400), /^size .* 401 lines/);
  assertBreaks("native/addon.c", `/* C. */\n${"int x;\n".repeat(400)}`, /^size .* 401 lines/);
});

const room = "src/mechanisms/sample";

test("rooms: a room has its README with its headings in order, under 50 lines", () => {
  const path = `${room}/README.md`;
  assertBreaks(path, undefined, `rooms ${path}: is missing`);
  assertBreaks(path, readme.replace("## Limits\n", ""), /its headings are not Objective/);
  assertBreaks(path, readme + "more\n".repeat(45), /50 lines or more/);
});

test("rooms: a room has a room.ts that exports one value", () => {
  const path = `${room}/room.ts`;
  assertBreaks(path, undefined, `rooms ${path}: is missing`);
  assertBreaks(path, open, /exports 0 values, not one/);
  assertBreaks(path, `${roomFile}export const second = 2;\n`, /exports 2 values, not one/);
  assert.deepEqual(brokenBy({ [path]: `${roomFile}export interface Aside {}\n` }), []);
});

test("rooms: a room that can be used has an index.ts that does nothing but export", () => {
  const path = `${room}/index.ts`;
  assert.match(brokenBy({ [path]: undefined }).join(), /rooms .*index\.ts: is missing/);
  assertBreaks(path, `${clean[path]}import "./room.ts";\n`, /does more than export/);
  assertBreaks(path, `${clean[path]}/** One. */\nexport const one = 1;\n`, /does more than export/);
});

test("rooms: a room may begin as a README and a room.ts alone", () => {
  const bare = [`${room}/index.ts`, `${room}/sample.ts`, `${room}/sample.test.ts`, "src/index.ts"];
  const gone = Object.fromEntries(bare.map((path) => [path, undefined]));
  assert.deepEqual(brokenBy(gone), []);
});

test("rooms: a room stands in the list of rooms and in the package's exports", () => {
  assertBreaks("src/mechanisms/rooms.ts", open, /does not list the room sample/);
  assertBreaks("package.json", "{}", /does not export \.\/sample/);
});

test("tests-beside: a codec and a class have their test beside them", () => {
  assertBreaks("src/wire/text.test.ts", undefined, /a codec without its test/);
  assertBreaks(`${room}/sample.test.ts`, undefined, /a class without its test/);
  assert.deepEqual(brokenBy({ "src/wire/types.ts": `${open}export interface X {}\n` }), []);
});

test("docs: a public export has a doc comment, wherever it is declared", () => {
  const bare = `${open}export class Sample {}\n`;
  assertBreaks(`${room}/sample.ts`, bare, /Sample is public and has no doc comment/);
  const all = `${open}export * from "./sample.ts";\n`;
  const found = brokenBy({ [`${room}/index.ts`]: all, [`${room}/sample.ts`]: bare });
  assert.match(found.join(), /^docs .*Sample is public/);
});

test("native: an engine opens with its state machine", () => {
  assertBreaks("native/engines/poll.c", "/* Waits. */\n", /opens with its state machine/);
});

test("native: the addon neither throws nor words an error, and a call knows no event loop", () => {
  assertBreaks("native/addon.c", "/* C. */\n// napi_throw_error(x)\n", /never throws/);
  assertBreaks("native/addon.c", "/* C. */\n// strerror(x)\n", /knows no error text/);
  assertBreaks("native/calls/fd.c", "/* C. */\n#include <uv.h>\n", /knows no event loop/);
});

test("words: nothing speaks of the machine it was written on or of a registry's host", () => {
  const machine = ["/wor", "k/x"].join("");
  const host = ["https://registry.", "npmjs.org/x"].join("");
  assertBreaks("src/sys/fd.ts", `${open}// ${machine}\n`, /^words .*speaks of/);
  const lock = JSON.stringify({ packages: { x: { resolved: host } } });
  assertBreaks("package-lock.json", lock, /^words package-lock\.json: speaks of/);
});

test("lock: the lock file has an entry for every optional dependency", () => {
  const packages = { "node_modules/x": { optionalDependencies: { "x-linux-x64": "1.0.0" } } };
  assertBreaks("package-lock.json", JSON.stringify({ packages }), /lacks x-linux-x64/);
});

const exceptions = "tools/tidy-exceptions.txt";

test("exceptions: a listed complaint is excused, and another is not", () => {
  const long = { "src/sys/fd.ts": `${open}${longFunction("f", 41)}${longFunction("g", 41)}` };
  const found = brokenBy({ ...long, [exceptions]: "size src/sys/fd.ts#f: a table\n" });
  assert.equal(found.length, 1);
  assert.match(found[0] ?? "", /g has 41 lines/);
});

test("exceptions: one that excuses nothing is a complaint itself", () => {
  assertBreaks(
    exceptions,
    "size src/sys/fd.ts#f: a table\n",
    /size src\/sys\/fd\.ts#f is not needed/,
  );
});

test("exceptions: one without a reason is refused", () => {
  assert.throws(() => brokenBy({ [exceptions]: "size src/sys/fd.ts:\n" }), /Wrong exception/);
});
