/** Shows that the built command runs in place, under another name, and with its cache switched on. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";
import * as nodeModule from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inTree } from "../../tools/paths.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

const command = inTree("dist/ipc.cjs");

function folderFor(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-command-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The Node under test is the first that the command's opening line finds. */
function environment(home: string): Record<string, string> {
  return { PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`, HOME: home };
}

async function version(): Promise<string> {
  return JSON.parse(await readFile(inTree("package.json"), "utf8")).version;
}

test("ipc is executable in place and prints the package's version", async (scene) => {
  assert.equal(statSync(command).mode & 0o777, 0o755);
  const printed = await ask(command, ["--version"], { env: environment(folderFor(scene)) });
  assert.equal(printed, await version());
});

test("ipc finds its parts through a symbolic link", async (scene) => {
  const folder = folderFor(scene);
  const link = join(folder, "ipc");
  symlinkSync(command, link);
  assert.equal(await ask(link, ["--version"], { env: environment(folder) }), await version());
});

test("ipc finds the addon, and sees this machine", async (scene) => {
  const env = environment(folderFor(scene));
  assert.equal(JSON.parse(await ask(command, ["ls", "--json"], { env })).schema, "ipc/1");
});

test("ipc keeps compiled code in the user's own folder, where Node can", async (scene) => {
  const home = folderFor(scene);
  await ask(command, ["--version"], { env: environment(home) });
  const can = "enableCompileCache" in nodeModule;
  assert.equal(existsSync(join(home, ".cache/linux-ipc")), can);
});

test("ipc keeps nothing in a folder of somebody else", { needs: ["root"] }, async (scene) => {
  const home = folderFor(scene);
  await ask("chown", ["65534", home]);
  await ask(command, ["--version"], { env: environment(home) });
  assert.equal(existsSync(join(home, ".cache")), false);
});

test("ipc names the licence of everything that is bundled with it", async () => {
  const text = await readFile(inTree("dist/ipc.licenses.txt"), "utf8");
  for (const name of ["commander", "cli-table3"])
    assert.match(text, new RegExp(`^${name} \\d`, "m"));
});
