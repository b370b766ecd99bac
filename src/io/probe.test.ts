/** Shows what becomes of what is tried, done or refused. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { SystemError } from "../sys/errors.ts";
import { probeOn } from "./probe.ts";

function refuse(): never {
  throw new SystemError("ENOSYS", "msgget");
}

function thing(done: string[]): Disposable & { remove(): void } {
  return { remove: () => done.push("removed"), [Symbol.dispose]: () => done.push("closed") };
}

test("probeOn() says of each thing whether it went, and leaves nothing behind", () => {
  const done: string[] = [];
  const probes = probeOn(
    "make",
    () => thing(done),
    () => [
      ["use", () => undefined],
      ["misuse", refuse],
    ],
  );
  assert.deepEqual(
    probes.map(({ feature, available }) => [feature, available]),
    [
      ["make", true],
      ["use", true],
      ["misuse", false],
    ],
  );
  assert.deepEqual([probes[1]?.reason, done], ["", ["removed", "closed"]]);
  assert.match(probes[2]?.reason ?? "", /ENOSYS/);
});

test("probeOn() tries no more where the first is refused, and hides no bug", () => {
  const [making, ...others] = probeOn("make", refuse, () => [["use", () => undefined]]);
  assert.deepEqual([making?.available, others], [false, []]);
  const done: string[] = [];
  const bug = (): never => assert.fail("a bug");
  assert.throws(
    () =>
      probeOn(
        "make",
        () => thing(done),
        () => [["use", bug]],
      ),
    /a bug/,
  );
  assert.deepEqual(done, ["removed", "closed"]);
});
