/** What may be said when a queue is opened or changed. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from "../../sys/sysv.ts";
import { checkChange, openFlags } from "./sysv-options.ts";

test("openFlags() asks for creation, and for the mode that goes with it, only when told", () => {
  assert.equal(openFlags(1, {}), 0);
  assert.equal(openFlags(1, { mode: 0o640 }), 0o640);
  assert.equal(openFlags(1, { create: true }), IPC_CREAT | 0o600);
  const all = { create: true, exclusive: true, mode: 0o644 };
  assert.equal(openFlags(1, all), IPC_CREAT | IPC_EXCL | 0o644);
  assert.throws(() => openFlags(1, { exclusive: true }), { code: "ERR_OUT_OF_RANGE" });
  assert.equal(openFlags(IPC_PRIVATE, {}), IPC_CREAT | 0o600);
});

test("checkChange() takes ids, modes and sizes in their ranges", () => {
  checkChange({});
  checkChange({ uid: 0, gid: 2 ** 32 - 2, mode: 0o777, maxBytes: 0 });
  for (const change of [{ uid: 2 ** 32 - 1 }, { gid: 0.5 }, { mode: -1 }, { maxBytes: -1 }]) {
    assert.throws(() => checkChange(change), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "0" as unknown as number;
  assert.throws(() => checkChange({ uid: text }), { code: "ERR_INVALID_ARG_TYPE" });
  assert.throws(() => checkChange(null as unknown as object), { code: "ERR_INVALID_ARG_TYPE" });
});
