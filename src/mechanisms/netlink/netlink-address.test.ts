/** Addresses of netlink sockets, in their one printed form. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { netlinkAddress, parseNetlinkAddress } from "./netlink-address.ts";

test("parseNetlinkAddress() takes families by name and number, and ports of either sign", () => {
  assert.equal(parseNetlinkAddress("route/28795"), "netlink:route/28795");
  assert.equal(parseNetlinkAddress("0/28795"), "netlink:route/28795");
  assert.equal(parseNetlinkAddress("sock-diag/-4119"), "netlink:sock-diag/4294963177");
  assert.equal(parseNetlinkAddress("99/7"), "netlink:99/7");
  assert.equal(netlinkAddress(99, 7), "netlink:99/7");
});

test("parseNetlinkAddress() refuses what names no socket", () => {
  for (const rest of ["", "route", "route/", "nothing/1", "256/1", "route/4294967296", "route/x"]) {
    assert.throws(() => parseNetlinkAddress(rest), { code: "ERR_OUT_OF_RANGE" }, rest);
  }
});
