/** The addresses of futexes. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { futexForms, parseFutexAddress } from "./futex-address.ts";

test("parseFutexAddress() gives each address its one form", () => {
  const forms = {
    "/dev/shm/x+0x40": "futex:/dev/shm/x+0x40",
    "/a+0x1+0x0F": "futex:/a+0x1+0xf",
    "/a\nb+0x1": "futex:/a\nb+0x1",
    "0:041:2+0x00": "futex:0:41:2+0x0",
    "shm:03+0x8": "futex:shm:3+0x8",
    "012/0x7FFF": "futex:12/0x7fff",
  };
  for (const [rest, address] of Object.entries(forms)) {
    assert.equal(parseFutexAddress(rest), address);
    assert.equal(parseFutexAddress(address.slice("futex:".length)), address);
  }
  assert.equal(futexForms.length, 4);
});

test("parseFutexAddress() refuses the rest", () => {
  const wrong = ["", "/x", "x+0x1", "/x+1", "/x+0x", "1/0x", "1:2+0x1", "shm:x+0x1", "/\0+0x1"];
  for (const rest of wrong) {
    assert.throws(() => parseFutexAddress(rest), { code: "ERR_OUT_OF_RANGE" });
  }
});
