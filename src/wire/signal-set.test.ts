/** Shows the names of signals as Node and the C library have them, and sets in both directions. */
import assert from "node:assert/strict";
import { constants } from "node:os";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { isRealTime, signalName, signalSet, signalsIn } from "./signal-set.ts";

/** Other words of Node for numbers that have a name already. */
const synonyms = new Set(["SIGIOT", "SIGPOLL", "SIGUNUSED"]);

test("signalName() says what Node says", () => {
  for (const [name, number] of Object.entries(constants.signals)) {
    if (!synonyms.has(name)) assert.equal(signalName(number), name);
  }
});

test("signalName() counts real-time signals from glibc's first one", () => {
  assert.deepEqual([33, 34, 37, 64].map(signalName), [
    "signal 33",
    "SIGRTMIN",
    "SIGRTMIN+3",
    "SIGRTMIN+30",
  ]);
  assert.deepEqual([31, 32, 64, 65].map(isRealTime), [false, true, true, false]);
});

test("signalSet() undoes signalsIn(), whatever the set", () => {
  const sets = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(fc.property(sets, (set) => assert.equal(signalSet(signalsIn(set)), set)));
  assert.deepEqual(signalsIn(0x8000000200004200n), [10, 15, 34, 64]);
});
