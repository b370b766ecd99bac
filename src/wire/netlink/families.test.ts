/** The names of netlink's families and groups against the system's headers. */
import assert from "node:assert/strict";
import { runPeer } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { familyName, familyNumber, groupName } from "./families.ts";

test("familyNumber() undoes familyName(), also for families without a name", () => {
  for (let number = 0; number < 256; number++) {
    assert.equal(familyNumber(familyName(number)), number);
  }
  assert.equal(familyNumber("256"), undefined);
  assert.equal(familyNumber("Route"), undefined);
});

test("familyNumber() has the numbers of the header", { needs: ["gcc"] }, async () => {
  const words = ["ROUTE 0", "SOCK_DIAG 4", "XFRM 6", "AUDIT 9", "CONNECTOR 11", "NETFILTER 12"];
  const more = ["KOBJECT_UEVENT 15", "GENERIC 16", "RDMA 20", "CRYPTO 21", "SMC 22"];
  const lines = [...words, ...more].map((line) => {
    const [name, number] = line.split(" ");
    return `_Static_assert(NETLINK_${name} == ${number}, "");`;
  });
  const input = ["#include <linux/netlink.h>", ...lines, ""].join("\n");
  const { code, stderr } = await runPeer("gcc", ["-fsyntax-only", "-xc", "-"], { input });
  assert.equal(code, 0, stderr);
});

test("groupName() has the names of rtnetlink.h", { needs: ["gcc"] }, async () => {
  const groups = ["LINK 1", "TC 4", "IPV4_ROUTE 7", "IPV6_RULE 19", "PHONET_IFADDR 21", "MDB 26"];
  const more = ["NSID 28", "NEXTHOP 32", "BRVLAN 33"];
  for (const line of [...groups, ...more]) {
    const [name = "", number] = line.split(" ");
    assert.equal(groupName(0, Number(number)), name.toLowerCase().replaceAll("_", "-"));
  }
  const lines = [...groups, ...more].map((line) => {
    const [name, number] = line.split(" ");
    return `_Static_assert(RTNLGRP_${name} == ${number}, "");`;
  });
  const input = ["#include <linux/rtnetlink.h>", ...lines, ""].join("\n");
  const { code, stderr } = await runPeer("gcc", ["-fsyntax-only", "-xc", "-"], { input });
  assert.equal(code, 0, stderr);
  assert.equal(groupName(16, 3), "3");
  assert.equal(groupName(15, 2), "udev");
});
