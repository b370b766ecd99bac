/** Shows how a room's refusals are told apart. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { asked } from "./act.ts";

const act = { verb: "send to", address: "box:1", notNow: "box:1 has no room now" };

function refused(code: string, hint?: string): () => Promise<never> {
  const about = hint === undefined ? {} : { hint };
  return () => Promise.reject(Object.assign(new Error(`${code}: words`), { code, ...about }));
}

test("asked() says that an object is not ready, and exits 1", async () => {
  for (const code of ["EAGAIN", "ENOMSG"]) {
    await assert.rejects(asked(act, refused(code)), { message: act.notNow, exitStatus: 1 });
  }
});

test("asked() repeats the system's refusal where EAGAIN speaks of a limit, and exits 4", async () => {
  await assert.rejects(asked(act, refused("EAGAIN", "1024 calls are blocked already")), {
    message: "cannot send to box:1: EAGAIN: words",
    exitStatus: 4,
  });
});
