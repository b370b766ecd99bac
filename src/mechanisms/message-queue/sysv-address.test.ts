/** The addresses of queues. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { openSysvAddress, parseSysvAddress } from "./sysv-address.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

test("parseSysvAddress() gives each address its one form", () => {
  assert.equal(parseSysvAddress("7"), "msg:7");
  assert.equal(parseSysvAddress("007"), "msg:7");
  assert.equal(parseSysvAddress("0x5A"), "msg:0x0000005a");
  assert.equal(parseSysvAddress("0xfa000001"), "msg:0xfa000001");
});

test("parseSysvAddress() refuses the rest and says what it takes", () => {
  for (const rest of ["", "x", "-1", "2147483648", "0x", "0x123456789", "1 ", "1e3"]) {
    assert.throws(() => parseSysvAddress(rest), { code: "ERR_OUT_OF_RANGE", message: /msg:0xKEY/ });
  }
});

test("openSysvAddress() opens by id and by key", () => {
  using queue = SysvMessageQueue.open(0x7b000002, { create: true });
  using byId = openSysvAddress(`msg:${queue.id}`);
  using byKey = openSysvAddress("msg:0x7b000002");
  assert.deepEqual([byId.id, byKey.id], [queue.id, queue.id]);
  queue.remove();
  assert.throws(() => openSysvAddress("msg:0x0"), { code: "ERR_OUT_OF_RANGE" });
});
