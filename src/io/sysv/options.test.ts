/** What may be said when a System V object is opened or changed. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { IPC_CREAT, IPC_EXCL, IPC_PRIVATE } from "../../sys/sysv.ts";
import { checkCount, checkOwnerChange, openFlags } from "./options.ts";

test("openFlags() asks for creation, and for the mode that goes with it, only when told", () => {
  assert.equal(openFlags(1, {}), 0);
  assert.equal(openFlags(1, { mode: 0o640 }), 0o640);
  assert.equal(openFlags(1, { create: true }), IPC_CREAT | 0o600);
  const all = { create: true, exclusive: true, mode: 0o644 };
  assert.equal(openFlags(1, all), IPC_CREAT | IPC_EXCL | 0o644);
  assert.throws(() => openFlags(1, { exclusive: true }), { code: "ERR_OUT_OF_RANGE" });
  assert.equal(openFlags(IPC_PRIVATE, {}), IPC_CREAT | 0o600);
});

test("checkOwnerChange() takes ids and modes in their ranges", () => {
  checkOwnerChange({});
  checkOwnerChange({ uid: 0, gid: 2 ** 32 - 2, mode: 0o777 });
  for (const change of [{ uid: 2 ** 32 - 1 }, { gid: 0.5 }, { mode: -1 }]) {
    assert.throws(() => checkOwnerChange(change), { code: "ERR_OUT_OF_RANGE" });
  }
  const text = "0" as unknown as number;
  assert.throws(() => checkOwnerChange({ uid: text }), { code: "ERR_INVALID_ARG_TYPE" });
  const none = null as unknown as object;
  assert.throws(() => checkOwnerChange(none), { code: "ERR_INVALID_ARG_TYPE" });
});

test("checkCount() takes nothing, or a whole number up to the highest", () => {
  checkCount("sizeBytes", undefined, 1);
  checkCount("sizeBytes", 1, 1);
  assert.throws(() => checkCount("sizeBytes", 2, 1), { message: /sizeBytes.*0 to 1/ });
});

test("checkOwnerChange() reads each field once: what it has checked is what it gives", () => {
  let asked = 0;
  const change = {
    get uid(): number {
      return asked++ === 0 ? 5 : -1;
    },
  };
  assert.equal(checkOwnerChange(change).uid, 5);
  assert.equal(asked, 1);
});
