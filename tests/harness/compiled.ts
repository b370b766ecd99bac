/** Peers in C: compiled with the machine's own compiler and headers, for one test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { inTree } from "../../tools/paths.ts";
import { ask } from "./peer.ts";
import type { TestScene } from "./test.ts";

const strict = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"];

/** Compiles a file of the tree; the path of the program, which is gone after the test. */
export async function compiled(scene: TestScene, source: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-c-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, basename(source, ".c"));
  await ask("gcc", [...strict, "-o", program, inTree(source)], { timeoutMs: 60_000 });
  return program;
}
