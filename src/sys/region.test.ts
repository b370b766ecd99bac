/** Regions: memory that cannot be reached once it is given back. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

test("createRegion() gives zeroed memory in whole words", () => {
  const region = createRegion(13);
  assert.equal(region.sizeBytes, 16);
  assert.ok(region.bytes.every((byte) => byte === 0));
  releaseRegion(region);
});

test("releaseRegion() empties every view, and a second release is refused", () => {
  const region = createRegion(64);
  releaseRegion(region);
  assert.equal(region.bytes.length, 0);
  assert.equal(region.words[0], undefined);
  assert.equal(addon().regionRelease(region.id), -9);
});

test("createRegion() refuses what no region can be", () => {
  assert.throws(() => createRegion(2 ** 31), { code: "EINVAL" });
  assert.throws(() => createRegion(0), { code: "EINVAL" });
});

test("the frame, region 0, is never released", () => {
  assert.equal(addon().regionRelease(0), -9);
});

test("calls refuse spans outside a region", () => {
  const region = createRegion(64);
  const native = addon();
  for (const [offset, size] of [
    [-1, 4],
    [0, 65],
    [64, 1],
    [2 ** 40, 1],
    [0, -1],
  ] as const) {
    assert.equal(native.read(-1, region.id, offset, size), -14);
  }
  assert.equal(native.read(-1, 12345, 0, 1), -14);
  releaseRegion(region);
});
