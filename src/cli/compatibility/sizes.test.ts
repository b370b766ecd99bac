/** Shows how sizes are read and written; tests/compatibility compares with util-linux. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { humanSize, parseSize } from "./sizes.ts";

const sizes: readonly (readonly [text: string, size: bigint | string])[] = [
  ["4096", 4096n],
  ["0x10k", 16384n],
  ["010", 8n],
  ["4KiB", 4096n],
  ["4KB", 4000n],
  ["1.5M", 1572864n],
  ["0.3K", 341n],
  ["0.33K", 372n],
  ["0.05GB", 50000000n],
  ["15E", 15n * 2n ** 60n],
  ["0.5Z", 2n ** 59n],
  ["16E", "ERANGE"],
  ["18446744073709551616", "ERANGE"],
  ["1.5", "EINVAL"],
  ["-1", "EINVAL"],
  ["1KIB", "EINVAL"],
  ["", "EINVAL"],
];

for (const [text, size] of sizes) {
  test(`parseSize() of "${text}" is ${size}`, () => assert.equal(parseSize(text), size));
}

test("humanSize() rounds to a tenth, and up to the next whole", () => {
  const cases = { 0: "0B", 1023: "1023B", 1024: "1K", 1536: "1.5K", 2047: "2K", 3000: "2.9K" };
  for (const [size, text] of Object.entries(cases)) assert.equal(humanSize(BigInt(size)), text);
  assert.equal(humanSize(2n ** 64n - 1n), "16E");
  assert.equal(humanSize(2n ** 60n), "1E");
});
