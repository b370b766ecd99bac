/** Shows that the table of resource limits is read, whatever is in it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { ask } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { decodeLimits } from "./limits.ts";
import { bytesOf } from "./text.ts";

const golden = [
  "Limit                     Soft Limit           Hard Limit           Units     ",
  "Max cpu time              unlimited            unlimited            seconds   ",
  "Max locked memory         8388608              unlimited            bytes     ",
  "Max nice priority         0                    0                    ",
  "",
].join("\n");

test("decodeLimits() reads numbers, and Infinity where nothing is limited", () => {
  const none = Number.POSITIVE_INFINITY;
  assert.deepEqual(
    [...decodeLimits(bytesOf(golden))],
    [
      ["Max cpu time", { soft: none, hard: none }],
      ["Max locked memory", { soft: 8388608, hard: none }],
      ["Max nice priority", { soft: 0, hard: 0 }],
    ],
  );
});

test("decodeLimits() agrees with prlimit(1) on this process", {
  needs: ["util-linux"],
}, async () => {
  const limits = decodeLimits(readFileSync("/proc/self/limits"));
  const columns = ["--memlock", "--raw", "--noheadings", "--output", "SOFT,HARD"];
  const said = await ask("prlimit", [...columns, "--pid", String(process.pid)]);
  const { soft, hard } = limits.get("Max locked memory") ?? { soft: 0, hard: 0 };
  const words = [soft, hard].map((limit) => (Number.isFinite(limit) ? limit : "unlimited"));
  assert.equal(words.join(" "), said);
  assert.equal(limits.size, 16);
});

test("decodeLimits() is total", () => {
  fc.assert(fc.property(anyBytes(bytesOf(golden)), (bytes) => void decodeLimits(bytes)));
});
