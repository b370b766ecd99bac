/** The count of descriptors in flight in the text of a socket's fdinfo. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { scmFdsOf } from "./scm-fds.ts";

const golden = "pos:\t0\nflags:\t02000002\nmnt_id:\t9\nino:\t9822225\nscm_fds: 2\n";

test("scmFdsOf() reads the count where the kernel says it", () => {
  assert.equal(scmFdsOf(golden), 2);
  assert.equal(scmFdsOf(golden.replace("2\n", "0\n").replace(": 2", ": 0")), 0);
  assert.equal(scmFdsOf(golden.slice(0, golden.indexOf("scm"))), undefined);
  assert.equal(scmFdsOf("scm_fds: -1\n"), undefined);
});

test("scmFdsOf() gives a count or nothing, whatever comes", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const count = scmFdsOf(text);
      assert.ok(count === undefined || count >= 0);
    }),
  );
});
