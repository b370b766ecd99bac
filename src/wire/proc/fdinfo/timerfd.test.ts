/** Shows that what the kernel tells of a timerfd is read and written back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../../tests/harness/test.ts";
import { anyBytes } from "../../../../tests/inspect/any-bytes.ts";
import { bytesOf, textOf } from "../text.ts";
import { clockName, decodeTimerfd, encodeTimerfd } from "./timerfd.ts";

const head = "pos:\t0\nflags:\t02\nmnt_id:\t17\nino:\t1038\n";
const idle = "clockid: 1\nticks: 0\nsettime flags: 00\nit_value: (0, 0)\nit_interval: (0, 0)\n";
const armed =
  "clockid: 7\nticks: 12\nsettime flags: 03\n" +
  "it_value: (8589911502, 685890592)\nit_interval: (1, 5)\n";

test("decodeTimerfd() reads the lines of Linux 6.18, and encodeTimerfd() gives them back", () => {
  assert.deepEqual(decodeTimerfd(head + armed), {
    clock: 7,
    expirations: 12n,
    flags: 3,
    remainingNs: 8589911502685890592n,
    intervalNs: 1000000005n,
  });
  for (const text of [idle, armed]) {
    const timer = decodeTimerfd(head + text);
    assert.equal(timer && encodeTimerfd(timer), text);
  }
  assert.equal(decodeTimerfd(head), undefined);
});

test("clockName() names the clocks that timers may have", () => {
  assert.deepEqual([0, 1, 7, 8, 9, 11].map(clockName), [
    "realtime",
    "monotonic",
    "boottime",
    "realtime-alarm",
    "boottime-alarm",
    "clock 11",
  ]);
});

test("decodeTimerfd() is total", () => {
  fc.assert(
    fc.property(anyBytes(bytesOf(head + armed)), (bytes) => {
      const timer = decodeTimerfd(textOf(bytes));
      if (timer !== undefined) assert.deepEqual(decodeTimerfd(encodeTimerfd(timer)), timer);
    }),
  );
});
