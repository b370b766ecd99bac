/** The errno table against the system's own headers. */
import assert from "node:assert/strict";
import { ask } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { errnoOf, errorNames, messageOf, nameOf } from "./errno.ts";

const needs = ["gcc"] as const;

test("errnoOf() agrees with errno.h for every name, and no name is missing", {
  needs,
}, async () => {
  const input = "#include <errno.h>\n";
  const defined = await ask("gcc", ["-E", "-dM", "-x", "c", "-"], { input });
  const numbers = [...defined.matchAll(/^#define (E[A-Z0-9]+) (\d+)$/gm)];
  const expected = new Map(numbers.map(([, name, number]) => [name, Number(number)]));
  assert.ok(expected.size > 100);
  assert.deepEqual(new Map(errorNames.map((name) => [name as string, errnoOf(name)])), expected);
});

test("messageOf() gives strerror's words for every name", { needs: ["perl"] }, async () => {
  const numbers = errorNames.map((name) => errnoOf(name));
  const program = `for (${numbers.join(",")}) { $! = $_; print "$!\\n" }`;
  const words = await ask("perl", ["-e", program], { env: { LC_ALL: "C" } });
  assert.deepEqual(
    errorNames.map((name) => messageOf(name)),
    words.split("\n"),
  );
});

test("nameOf() takes either sign and knows nothing of numbers beyond the table", () => {
  assert.equal(nameOf(43), "EIDRM");
  assert.equal(nameOf(-43), "EIDRM");
  assert.equal(nameOf(0), undefined);
  assert.equal(nameOf(4095), undefined);
});
