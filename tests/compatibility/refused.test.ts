/**
 * The compatible programs where the system refuses System V message queues, as a container's host may:
 * what they read from /proc they show all the same, as the machine's programs do.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { inTree } from "../../tools/paths.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { assertSame, type Wrapper } from "./compared.ts";
import { richObjects } from "./objects.ts";
import type { Step } from "./outcomes.ts";
import { ipcs } from "./vectors.ts";

/** What is put before a program for which every call on message queues fails with this error. */
async function refusing(scene: TestScene, errno: number): Promise<Wrapper> {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-refusing-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "refusing");
  await ask("gcc", ["-Wall", "-Werror", "-o", program, inTree("tests/cli/refusing.c")]);
  return [program, String(errno)];
}

const steps: readonly Step[] = [
  ...["-q", "-l", "-u", "-lb", "-t", "-p"].map((word) => ipcs(word)),
  ipcs("-q", "-i", "0"),
  ...[["-Q"], ["-Q", "-p", "600"]].map((words) => ({ program: "ipcmk" as const, words })),
  ...[["-q", "0"], ["-Q", "5"], ["--all=msg"], ["msg", "0"], ["-q", "0", "-q", "1"]].map(
    (words) => ({
      program: "ipcrm" as const,
      words,
    }),
  ),
];

for (const code of ["ENOSYS", "EPERM", "EACCES"] as const) {
  test(`ipcs, ipcmk and ipcrm where queues are refused with ${code} are util-linux's`, {
    needs: ["util-linux", "isolated", "root", "gcc"],
  }, async (scene) => {
    await richObjects(scene);
    await assertSame(steps, await refusing(scene, constants.errno[code]));
  });
}
