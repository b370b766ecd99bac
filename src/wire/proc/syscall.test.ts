/** Shows that the three things a thread's syscall file may say are told apart. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { decodeSyscall, encodeSyscall } from "./syscall.ts";

const inMsgrcv =
  "70 0x0 0x55d0c8a1f2d0 0x63 0x7 0x0 0x7ffd2a6b5f10 0x7ffd2a6b5e98 0x7f3f0c4d1b87\n";

test("decodeSyscall() reads a call with its six arguments, stack and place", () => {
  assert.deepEqual(decodeSyscall(inMsgrcv), {
    state: "syscall",
    number: 70,
    arguments: [0n, 0x55d0c8a1f2d0n, 0x63n, 7n, 0n, 0x7ffd2a6b5f10n],
    stackPointer: 0x7ffd2a6b5e98n,
    programCounter: 0x7f3f0c4d1b87n,
  });
});

test("decodeSyscall() keeps arguments of 64 bits exact", () => {
  const call = decodeSyscall(inMsgrcv.replace("0x7 ", "0xfffffffffffffff7 "));
  assert.equal(call?.state === "syscall" && call.arguments[3], 0xfffffffffffffff7n);
});

test("decodeSyscall() tells running and blocked outside of a call", () => {
  assert.deepEqual(decodeSyscall("running\n"), { state: "running" });
  const blocked = { state: "blocked", stackPointer: 0x7ffdn, programCounter: 0x401000n };
  assert.deepEqual(decodeSyscall("-1 0x7ffd 0x401000\n"), blocked);
});

test("decodeSyscall() refuses everything else", () => {
  const wrong = ["", "\n", "run", "70", "70 0x1", "-2 0x1 0x2", "1 0 0 0 0 0 0 0 0", "070 0x0 0x0"];
  for (const text of wrong) assert.equal(decodeSyscall(text), undefined);
  assert.equal(decodeSyscall(inMsgrcv.replace("70", "70000000000")), undefined);
});

test("encodeSyscall(decodeSyscall()) gives the same text", () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  const line = fc
    .tuple(fc.nat(), fc.array(word, { minLength: 8, maxLength: 8 }))
    .map(([number, words]) => `${number} ${words.map((w) => `0x${w.toString(16)}`).join(" ")}\n`);
  fc.assert(
    fc.property(fc.oneof(line, fc.constantFrom("running\n", "-1 0x0 0x0\n")), (text) => {
      const call = decodeSyscall(text);
      assert.ok(call);
      assert.equal(encodeSyscall(call), text);
    }),
  );
});

test("decodeSyscall() is total", () => {
  fc.assert(fc.property(fc.string(), (text) => void decodeSyscall(text)));
});
