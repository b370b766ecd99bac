/** Every example runs as it stands, and so does every JavaScript block of the README. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runPeer } from "./harness/peer.ts";
import { test } from "./harness/test.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

for (const name of readdirSync(join(root, "examples"))) {
  test(`examples/${name} runs to its end`, async () => {
    const outcome = await runPeer(process.execPath, [join(root, "examples", name)]);
    assert.deepEqual([outcome.code, outcome.stderr], [0, ""]);
    assert.notEqual(outcome.stdout, "");
  });
}

/** The blocks between ```js and ```, in their order. */
function blocksOf(markdown: string): string[] {
  return [...markdown.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code ?? "");
}

const blocks = blocksOf(readFileSync(join(root, "README.md"), "utf8"));

test("the README has examples", () => {
  assert.ok(blocks.length > 0);
});

for (const [index, code] of blocks.entries()) {
  test(`the README's example ${index + 1} runs to its end`, async (scene) => {
    // In the tree, so that the package finds itself by its name.
    const folder = mkdtempSync(join(root, "build", "readme-"));
    scene.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "example.mjs");
    writeFileSync(file, code);
    const outcome = await runPeer(process.execPath, [file]);
    assert.deepEqual([outcome.code, outcome.stderr], [0, ""]);
  });
}
