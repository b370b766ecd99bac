/** Shows that a binary which asks too much of the system is refused, and that the addon is not. */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "../../tools/files.ts";
import { type Needed, neededBy, objectionsTo } from "../../tools/package/symbols.ts";
import { inTree } from "../../tools/paths.ts";
import { runPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";

async function compiled(code: string, ...libraries: readonly string[]): Promise<Needed> {
  const folder = await mkdtemp(join(tmpdir(), "linux-ipc-symbols-"));
  try {
    const binary = join(folder, "library.so");
    const parameters = ["-shared", "-fPIC", "-xc", "-", ...libraries, "-o", binary];
    const outcome = await runPeer("gcc", parameters, { input: code });
    assert.equal(outcome.code, 0, outcome.stderr);
    return await neededBy(binary);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("objectionsTo() refuses a symbol newer than glibc 2.28", { needs: ["gcc"] }, async () => {
  const call = '__asm__(".symver f,arc4random@GLIBC_2.36"); unsigned f(void);';
  const needed = await compiled(`${call} unsigned g(void) { return f(); }`);
  assert.deepEqual(objectionsTo(needed), ["needs arc4random of glibc 2.36, after 2.28"]);
});

test("objectionsTo() refuses a library beyond libc", { needs: ["gcc"] }, async () => {
  const needed = await compiled("double sin(double); double f(double x) { return sin(x); }", "-lm");
  assert.deepEqual(objectionsTo(needed), ["needs the library libm.so.6"]);
});

test("objectionsTo() accepts what old systems have", { needs: ["gcc"] }, async () => {
  const needed = await compiled("int getpid(void); int f(void) { return getpid(); }");
  assert.deepEqual(needed.libraries, ["libc.so.6"]);
  assert.ok(needed.symbols.some(({ name }) => name === "getpid"));
  assert.deepEqual(objectionsTo(needed), []);
});

test("objectionsTo() compares versions by their numbers", () => {
  const of = (version: string): string[] =>
    objectionsTo({ libraries: [], symbols: [{ name: "x", version }] });
  assert.deepEqual(["2.4", "2.28", "2.2.5"].flatMap(of), []);
  assert.equal(["2.29", "2.34", "3.0", "2.28.1"].flatMap(of).length, 4);
});

test("objectionsTo() accepts every addon that was built", { needs: ["gcc"] }, async () => {
  const addons = filesBelow("prebuilds", "-glibc/linux-ipc.node");
  assert.ok(addons.length > 0);
  for (const addon of addons) assert.deepEqual(objectionsTo(await neededBy(inTree(addon))), []);
});
