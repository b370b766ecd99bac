/** Shows that arguments survive the way through /proc/PID/cmdline. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { decodeCmdline, encodeCmdline } from "./cmdline.ts";
import { bytesOf } from "./text.ts";

test("decodeCmdline() splits at NULs and keeps empty arguments", () => {
  assert.deepEqual(decodeCmdline(bytesOf("perl\0-e\0\0sleep 1\0")), ["perl", "-e", "", "sleep 1"]);
});

test("decodeCmdline() reads the arguments of this process", () => {
  const first = decodeCmdline(readFileSync("/proc/self/cmdline"))[0] ?? "";
  assert.equal(first, process.argv0);
});

test("decodeCmdline() gives nothing for kernel threads and zombies", () => {
  assert.deepEqual(decodeCmdline(new Uint8Array()), []);
});

test("decodeCmdline() takes a title that a process wrote over its arguments", () => {
  assert.deepEqual(decodeCmdline(bytesOf("nginx: worker process")), ["nginx: worker process"]);
});

test("encodeCmdline(decodeCmdline()) gives the same bytes", () => {
  const parameter = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("\0", ""));
  fc.assert(
    fc.property(fc.array(parameter), (parameters) => {
      const bytes = encodeCmdline(parameters);
      assert.deepEqual(encodeCmdline(decodeCmdline(bytes)), bytes);
      assert.deepEqual(decodeCmdline(bytes), parameters);
    }),
  );
});
