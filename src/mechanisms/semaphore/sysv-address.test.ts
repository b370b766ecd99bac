/** The addresses of semaphores. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { openSysvAddress, parseSemaphoreAddress, semaphoreIn } from "./sysv-address.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

test("parseSemaphoreAddress() prints a set, or one of its semaphores, in one form", () => {
  assert.equal(parseSemaphoreAddress("007"), "sem:7");
  assert.equal(parseSemaphoreAddress("0x5A/01"), "sem:0x0000005a/1");
  assert.equal(parseSemaphoreAddress("3/65535"), "sem:3/65535");
  for (const wrong of ["", "/1", "3/", "3/x", "3/65536", "3/-1", "3/1/2", "x/1"]) {
    assert.throws(() => parseSemaphoreAddress(wrong), { code: "ERR_OUT_OF_RANGE" }, wrong);
  }
});

test("semaphoreIn() parts the address of a semaphore from that of its set", () => {
  assert.equal(semaphoreIn("sem:3"), undefined);
  assert.deepEqual(semaphoreIn("sem:3/12"), { whole: "sem:3", part: "/12" });
});

test("openSysvAddress() opens whole sets by id and by key", () => {
  using set = SysvSemaphoreSet.open(0x7b000302, { create: true, count: 1 });
  using byId = openSysvAddress(`sem:${set.id}`);
  using byKey = openSysvAddress("sem:0x7b000302");
  assert.deepEqual([byId.id, byKey.id], [set.id, set.id]);
  set.remove();
  for (const wrong of ["sem:0x0", `sem:${set.id}/0`]) {
    assert.throws(() => openSysvAddress(wrong), { code: "ERR_OUT_OF_RANGE" });
  }
});
