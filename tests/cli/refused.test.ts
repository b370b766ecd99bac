/** The command on a host that refuses System V message queues altogether. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { inTree } from "../../tools/paths.ts";
import { ask, type Outcome, runPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { commandFile, type JsonSnapshot, parsed } from "./ipc.ts";

type Run = (...words: readonly string[]) => Promise<Outcome>;

/** Runs the command where every call on such queues fails with this error. */
async function refusing(scene: TestScene, errno: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-refusing-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "refusing");
  await ask("gcc", ["-Wall", "-Werror", "-o", program, inTree("tests/cli/refusing.c")]);
  const before = [String(errno), process.execPath, commandFile];
  return (...words) => runPeer(program, [...before, ...words], { env: { COLUMNS: "" } });
}

for (const code of ["ENOSYS", "EPERM"] as const) {
  test(`the overview shows the rest where queues are refused with ${code}`, {
    needs: ["gcc"],
  }, async (scene) => {
    const ipc = await refusing(scene, constants.errno[code]);
    const { code: exit, stdout, stderr } = await ipc();
    assert.equal(exit, 0, stderr);
    assert.match(stdout, /\nOpen descriptors\n {2}\d+: \d+ \w+/);
    const line = `^ipc: not seen: The kernel did not show the limits of the room .*: ${code}: .*$`;
    assert.match(stderr, new RegExp(line, "m"));
    const { gaps } = parsed<JsonSnapshot & { gaps: { what: string; reason: string }[] }>(
      await ipc("--json"),
    );
    assert.ok(gaps.some(({ what, reason }) => what === "limits" && reason === code));
  });

  test(`show of a queue is not answered where they are refused with ${code}`, {
    needs: ["gcc"],
  }, async (scene) => {
    const ipc = await refusing(scene, constants.errno[code]);
    const { code: exit, stderr } = await ipc("show", "msg:0");
    assert.equal(exit, 3);
    assert.match(stderr, new RegExp(`^ipc: The kernel did not show the room .*${code}`));
    assert.equal((await ipc("show", "shm:2147483647")).code, 1);
  });

  test(`limits says so where they are refused with ${code}`, { needs: ["gcc"] }, async (scene) => {
    const ipc = await refusing(scene, constants.errno[code]);
    const { code: exit, stdout, stderr } = await ipc("limits", "msg");
    assert.deepEqual([exit, stdout], [4, ""]);
    assert.match(stderr, new RegExp(`^ipc: not seen: .*limits.*${code}[^\\n]*\\n$`));
  });
}
