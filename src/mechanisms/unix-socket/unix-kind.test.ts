/** Addresses of Unix sockets, in their one printed form. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { unixSocketKind } from "./unix-kind.ts";

const { parse } = unixSocketKind;

test("parse() takes paths, abstract names and inodes", () => {
  assert.equal(parse("/run/x.sock"), "unix:/run/x.sock");
  assert.equal(parse("@/org/x"), "unix:@/org/x");
  assert.equal(parse("0126895"), "unix:126895");
  assert.equal(parse("@"), "unix:@");
});

test("parse() escapes what was given plain, and leaves alone what was escaped", () => {
  assert.equal(parse("@a b\\x00"), "unix:@a\\x20b\\x00");
  assert.equal(parse("/run/\\x61"), "unix:/run/a");
});

test("parse() refuses relative paths, long names and half an escape", () => {
  for (const rest of ["", "x.sock", "4294967296", "/a\\", `@${"x".repeat(108)}`, "-1"]) {
    assert.throws(() => parse(rest), { code: "ERR_OUT_OF_RANGE" }, rest);
  }
});
