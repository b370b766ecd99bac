/** Shows that no package is shipped without its licence. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type TestScene, test } from "../../tests/harness/test.ts";
import { root } from "../paths.ts";
import { licencesOf } from "./licences.ts";

async function packageWith(scene: TestScene, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-licence-"));
  scene.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return relative(root, folder);
}

const description = '{ "name": "table", "version": "1.2.3", "license": "MIT" }';

test("licencesOf() holds name, version and text of each package", async (scene) => {
  const files = { "package.json": description, "LICENSE.md": "Do as you like.\n" };
  const text = await licencesOf([await packageWith(scene, files)]);
  assert.match(text, /table 1\.2\.3 \(MIT\)\n\nDo as you like\.\n/);
});

test("licencesOf() rejects a package without a licence file", async (scene) => {
  const folder = await packageWith(scene, { "package.json": description });
  await assert.rejects(licencesOf([folder]), /has no licence file/);
});
