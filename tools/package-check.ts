/**
 * The package as it would be published: packed, looked into, installed with scripts forbidden into
 * an empty folder, and used from there, on this Node and on the newest.
 */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "./files.ts";
import { nodeNewest } from "./node-newest.ts";
import {
  type Description,
  objectionsToDescription,
  objectionsToFiles,
} from "./package/contents.ts";
import {
  doorsOf,
  importDoor,
  install,
  requireDoor,
  runCommand,
  typecheckConsumer,
} from "./package/installed.ts";
import { neededBy, objectionsTo } from "./package/symbols.ts";
import { inTree, root } from "./paths.ts";
import { demand } from "./run.ts";

let failed = 0;

/** Runs one check and says what became of it. */
async function check(what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
    console.log(`✔ ${what}`);
  } catch (error) {
    failed += 1;
    console.error(`✖ ${what}\n${error instanceof Error ? error.message : error}`);
  }
}

async function none(objections: Promise<readonly string[]> | readonly string[]): Promise<void> {
  assert.equal((await objections).join("\n"), "");
}

interface Packed {
  readonly tarball: string;
  readonly files: readonly string[];
}

async function pack(folder: string): Promise<Packed> {
  const options = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = JSON.parse(await demand("npm", options, { cwd: root }));
  const files = (packed.files as { readonly path: string }[]).map((file) => file.path);
  return { tarball: join(folder, packed.filename), files };
}

async function describePackage(): Promise<Description> {
  return JSON.parse(await readFile(inTree("package.json"), "utf8"));
}

async function checkBinaries(): Promise<void> {
  for (const binary of filesBelow("prebuilds", "-glibc/linux-ipc.node")) {
    await check(`${binary} asks little of the system`, async () =>
      none(objectionsTo(await neededBy(inTree(binary)))),
    );
  }
}

async function checkUse(node: string, folder: string, description: Description): Promise<void> {
  const version = (await demand(node, ["--version"])).trim();
  for (const door of doorsOf(description)) {
    await check(`import ${door} on Node ${version}`, () => importDoor(node, folder, door));
    await check(`require ${door} on Node ${version}`, () => requireDoor(node, folder, door));
  }
  await check(`ipc --version on Node ${version}`, async () => {
    const printed = await runCommand(node, folder, ["--version"]);
    assert.ok(printed.includes(description.version ?? ""), `printed ${printed}`);
  });
  await check(`ipc ls --json on Node ${version}`, async () => {
    assert.equal(JSON.parse(await runCommand(node, folder, ["ls", "--json"])).schema, "ipc/1");
  });
}

async function checkInstalled(packed: Packed, description: Description): Promise<void> {
  const folder = await install(packed.tarball);
  try {
    for (const node of [process.execPath, await nodeNewest()]) {
      await checkUse(node, folder, description);
    }
    const consumer = await readFile(inTree("tests/packaging/consumer.ts"), "utf8");
    await check("a strict consumer's types", () => typecheckConsumer(folder, consumer));
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-pack-"));
  try {
    const description = await describePackage();
    const packed = await pack(folder);
    await check("package.json installs nothing", () => none(objectionsToDescription(description)));
    await check("the tarball's files", () => none(objectionsToFiles(packed.files)));
    await checkBinaries();
    await checkInstalled(packed, description);
  } finally {
    await rm(folder, { recursive: true });
  }
  if (failed > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
