/** Whatever is done to memory, the process lives, says so, and nothing is left of it. */
import assert from "node:assert/strict";
import { test } from "../harness/test.ts";
import { abuses } from "./abuse/abuses.ts";
import { startProgram } from "./programs.ts";

for (const name of Object.keys(abuses)) {
  const settings = { needs: ["isolated"], timeoutMs: 600_000 } as const;

  test(`the process survives: ${name}`, settings, async () => {
    await using peer = await startProgram("abuse", [name], { timeoutMs: 590_000 });
    const { code, signal, stdout, stderr } = await peer.ended();
    assert.deepEqual({ code, signal, stdout, stderr }, { ...survived });
  });
}

const survived = { code: 0, signal: null, stdout: "alive\n", stderr: "" };
