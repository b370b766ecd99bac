/** Peers in C: compiled with the machine's own compiler and headers, for one test file. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inTree } from "../../tools/paths.ts";
import { ask } from "../harness/peer.ts";
import type { TestScene } from "../harness/test.ts";

const strict = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"];

/** Compiles peers/NAME.c; the path of the program, which is gone after the test. */
export async function compiled(scene: TestScene, name: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-c-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, name);
  const source = inTree("tests/message-queue/peers", `${name}.c`);
  await ask("gcc", [...strict, "-o", program, source], { timeoutMs: 60_000 });
  return program;
}
