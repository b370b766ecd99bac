/** The constants that all System V objects share. */
import assert from "node:assert/strict";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import * as sysv from "./sysv.ts";

const names = [
  "IPC_PRIVATE",
  "IPC_CREAT",
  "IPC_EXCL",
  "IPC_NOWAIT",
  "IPC_RMID",
  "IPC_SET",
  "IPC_STAT",
  "IPC_INFO",
] as const;

test("every constant is the one of sys/ipc.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["sys/ipc.h"], names);
  const own = Object.fromEntries(names.map((name) => [name, sysv[name]]));
  assert.deepEqual(own, expected);
});
