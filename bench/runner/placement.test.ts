/** Shows where the ends are put. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { allowedCpus, cpusFor, parseCpuList } from "./placement.ts";

const alone = (cpu: number): number[] => [cpu];

test("parseCpuList() reads single processors and ranges", () => {
  assert.deepEqual(parseCpuList("0-2,5\n"), [0, 1, 2, 5]);
  assert.deepEqual(parseCpuList("3"), [3]);
});

test("allowedCpus() names at least the processor that it runs on", () => {
  assert.ok(allowedCpus().length > 0);
});

test("cpusFor() puts both ends on one processor, or each on its own", () => {
  assert.deepEqual(cpusFor("same", [0, 1], alone), [1, 1]);
  assert.deepEqual(cpusFor("cross", [0, 1], alone), [1, 0]);
});

test("cpusFor() takes no two hardware threads of one core for cross", () => {
  const pairs = (cpu: number): number[] => (cpu < 2 ? [0, 1] : [2, 3]);
  assert.deepEqual(cpusFor("cross", [0, 1, 2, 3], pairs), [3, 0]);
  assert.equal(cpusFor("cross", [2, 3], pairs), undefined);
});

test("cpusFor() finds no cross placement on one processor", () => {
  assert.equal(cpusFor("cross", [4], alone), undefined);
});
