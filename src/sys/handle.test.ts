/** Shows which paths file handles lead to. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { pathsOfHandles } from "./handle.ts";

const nothing = { type: 1, bytes: new Uint8Array(8) };

test("pathsOfHandles() refuses a mount that is not where it is said to be", () => {
  const here = process.cwd();
  const [answer] = pathsOfHandles({ id: 0x7fffffff, mountPoint: "/" }, [nothing]);
  assert.ok(typeof answer === "number" && answer < 0);
  const [nowhere] = pathsOfHandles({ id: 1, mountPoint: "/nonexistent" }, [nothing]);
  assert.equal(nowhere, -2);
  assert.equal(process.cwd(), here);
  assert.deepEqual(pathsOfHandles({ id: 1, mountPoint: "/" }, []), []);
});

test("pathsOfHandles() answers each handle for itself, nonsense too", () => {
  const rows = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const ids = rows
    .filter((row) => row.split(" ")[4] === "/")
    .map((row) => Number.parseInt(row, 10));
  const root = { id: ids.at(-1) ?? 0, mountPoint: "/" };
  const long = { type: 0x7fffffff, bytes: new Uint8Array(500).fill(0xff) };
  const answers = pathsOfHandles(root, [nothing, long, nothing]);
  assert.equal(answers.length, 3);
  for (const answer of answers) assert.ok(typeof answer === "string" || answer < 0);
  assert.equal(answers[1], -22);
});
