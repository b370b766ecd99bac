/** The addresses of POSIX semaphores. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { posixSemaphoreKind } from "./posix-kind.ts";

test("parse() gives each address its one form", () => {
  assert.equal(posixSemaphoreKind.parse("x"), "psem:/x");
  assert.equal(posixSemaphoreKind.parse("0:041:2"), "psem:0:41:2");
  assert.equal(posixSemaphoreKind.parse("/0:041:2"), "psem:/0:041:2");
  assert.throws(() => posixSemaphoreKind.parse("/a/b"), { code: "ERR_OUT_OF_RANGE" });
});

test("remove() refuses a semaphore that has no name, or one elsewhere", async () => {
  for (const address of ["psem:0:41:2", "@7/psem:/x"]) {
    const gone = posixSemaphoreKind.remove?.run({ address, options: {} });
    await assert.rejects(async () => gone, { code: "ERR_OUT_OF_RANGE" });
  }
});
