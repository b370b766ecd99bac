/** The names of System V objects. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { checkId, checkKey, parseSysvAddress, sysvAddress, sysvNameOf } from "./address.ts";

test("parseSysvAddress() gives each address its one form", () => {
  assert.equal(parseSysvAddress("msg", "7"), "msg:7");
  assert.equal(parseSysvAddress("msg", "007"), "msg:7");
  assert.equal(parseSysvAddress("shm", "0x5A"), "shm:0x0000005a");
  assert.equal(parseSysvAddress("sem", "0xfa000001"), "sem:0xfa000001");
});

test("parseSysvAddress() refuses the rest and says what it takes", () => {
  for (const rest of ["", "x", "-1", "2147483648", "0x", "0x123456789", "1 ", "1e3"]) {
    const parse = (): string => parseSysvAddress("msg", rest);
    assert.throws(parse, { code: "ERR_OUT_OF_RANGE", message: /msg:0xKEY/ });
  }
});

test("sysvNameOf() tells ids from keys, and takes no key that names nothing", () => {
  assert.deepEqual(sysvNameOf("shm", "shm:12"), { id: 12 });
  assert.deepEqual(sysvNameOf("shm", "shm:0x7b"), { key: 0x7b });
  assert.throws(() => sysvNameOf("shm", "shm:0x0"), { code: "ERR_OUT_OF_RANGE" });
});

test("sysvAddress() prefers the id", () => {
  assert.equal(sysvAddress("sem", { id: 3, key: 4 }), "sem:3");
  assert.equal(sysvAddress("sem", { key: -1 }), "sem:0xffffffff");
  assert.equal(sysvAddress("sem", {}), undefined);
});

test("checkKey() and checkId() take whole numbers in their ranges", () => {
  for (const key of [-(2 ** 31), 0, 2 ** 32 - 1]) checkKey(key);
  for (const id of [0, 2 ** 31 - 1]) checkId(id);
  for (const key of [-(2 ** 31) - 1, 2 ** 32, 0.5, Number.NaN]) {
    assert.throws(() => checkKey(key), { code: "ERR_OUT_OF_RANGE" });
  }
  assert.throws(() => checkId(-1), { code: "ERR_OUT_OF_RANGE" });
  assert.throws(() => checkId("1" as unknown as number), { code: "ERR_INVALID_ARG_TYPE" });
});
