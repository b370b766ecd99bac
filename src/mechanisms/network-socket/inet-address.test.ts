/** Addresses of sockets of the internet, in their one printed form. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { endpointText, parseInetAddress } from "./inet-address.ts";

const parse = (rest: string): string => parseInetAddress("tcp", rest);

test("parseInetAddress() takes an end, a connection and an inode", () => {
  assert.equal(parse("0.0.0.0:80"), "tcp:0.0.0.0:80");
  assert.equal(parse("[::]:080"), "tcp:[::]:80");
  assert.equal(parse("127.0.0.1:5-127.0.0.1:6"), "tcp:127.0.0.1:5-127.0.0.1:6");
  assert.equal(parse("[0:0::1]:5-[::ffff:10.0.0.1]:6"), "tcp:[::1]:5-10.0.0.1:6");
  assert.equal(parse("[fe80::1%2]:5"), "tcp:[fe80::1%2]:5");
  assert.equal(parse("007"), "tcp:7");
});

test("parseInetAddress() refuses hosts without numbers, ports out of range and more ends", () => {
  const wrong = [
    "localhost:80",
    "127.0.0.1",
    "127.0.0.1:65536",
    "::1:80",
    "[::1]",
    "",
    "1.1.1.1:1-",
  ];
  for (const rest of [...wrong, "1.1.1.1:1-2.2.2.2:2-3.3.3.3:3", "4294967296"]) {
    assert.throws(() => parse(rest), { code: "ERR_OUT_OF_RANGE" }, rest);
  }
});

test("endpointText() names the interface where an address means nothing without it", () => {
  assert.equal(endpointText({ address: "fe80::1", port: 5 }, 2), "[fe80::1%2]:5");
  assert.equal(endpointText({ address: "::1", port: 5 }, 2), "[::1]:5");
  assert.equal(endpointText({ address: "10.0.0.1", port: 5 }, 2), "10.0.0.1:5");
});
