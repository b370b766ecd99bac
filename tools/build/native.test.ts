/** Shows that a build with nothing to do compiles nothing, and that a lost output is made again. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { test } from "../../tests/harness/test.ts";
import { inTree } from "../paths.ts";
import { sanitized, type Variant } from "./compiler.ts";
import { buildNative } from "./native.ts";

/** A variant of the test's own, so that what others load meanwhile stays as it is. */
const variant: Variant = { ...sanitized, folder: "build/of-a-test" };
const binary = inTree(variant.folder, "linux-ipc.node");

const settings = { needs: ["gcc", "node-headers"] } as const;

test("buildNative() compiles what changed and nothing else", settings, async (scene) => {
  const clear = (): Promise<void> => rm(inTree(variant.folder), { recursive: true, force: true });
  scene.after(clear);
  await clear();
  const first = await buildNative(variant, binary);
  assert.equal(first.compiled, first.sources);
  assert.equal((await buildNative(variant, binary)).compiled, 0);
  await rm(inTree(variant.folder, "objects/addon.o"));
  assert.equal((await buildNative(variant, binary)).compiled, 1);
  await rm(binary);
  await buildNative(variant, binary);
  assert.ok(existsSync(binary));
});

test("buildNative() rejects with the compiler's words", settings, async (scene) => {
  scene.after(() => rm(inTree(variant.folder), { recursive: true, force: true }));
  const broken = { ...variant, compile: [...variant.compile, "-fno-such-option"] };
  await assert.rejects(buildNative(broken, binary), /exit code 1\n.*error/s);
});
