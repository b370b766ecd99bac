/** Shows that a need is tried and that its reason is told. */
import assert from "node:assert/strict";
import { needs, runs } from "./needs.ts";
import { test } from "./test.ts";

test("needs() asks for nothing when nothing is needed", () => {
  assert.equal(needs(), undefined);
});

test("needs() names the need that is missing and why", () => {
  const before = process.env["LINUX_IPC_SANITIZED"];
  process.env["LINUX_IPC_SANITIZED"] = "1";
  try {
    assert.equal(needs("unsanitized"), "needs unsanitized: running under sanitizers");
  } finally {
    if (before === undefined) delete process.env["LINUX_IPC_SANITIZED"];
    else process.env["LINUX_IPC_SANITIZED"] = before;
  }
});

test("runs() tells a missing program from one that fails", () => {
  assert.equal(runs("true", []), undefined);
  assert.equal(runs("/there/is/no/such/program", []), "there is no /there/is/no/such/program");
  assert.equal(runs("sh", ["-c", "echo no luck >&2; exit 2"]), "sh ended with 2 no luck");
});
