/** What may be changed of a queue. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { checkChange } from "./sysv-options.ts";

test("checkChange() takes an owner and a capacity in their ranges", () => {
  checkChange({});
  checkChange({ uid: 0, mode: 0o777, maxBytes: 0 });
  for (const change of [{ uid: -1 }, { maxBytes: -1 }, { maxBytes: 2 ** 53 }]) {
    assert.throws(() => checkChange(change), { code: "ERR_OUT_OF_RANGE" });
  }
});
