/** Shows that a sum tells what it must tell: order, loss, doubles and length. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { stamp, summed, sumOf } from "./checksum.ts";

function sumFrom(indices: readonly number[], sizeBytes: number): number {
  return indices.reduce((sum, index) => {
    const data = Buffer.alloc(sizeBytes);
    stamp(data, index);
    return summed(sum, data);
  }, 0);
}

test("sumOf() is the sum of every message in its order", () => {
  assert.equal(sumOf(4, 64), sumFrom([0, 1, 2, 3], 64));
});

test("summed() differs for a lost, a doubled, a swapped and a shorter message", () => {
  const right = sumOf(4, 64);
  for (const wrong of [
    [0, 1, 3],
    [0, 1, 1, 2, 3],
    [0, 2, 1, 3],
  ]) {
    assert.notEqual(sumFrom(wrong, 64), right);
  }
  assert.notEqual(sumFrom([0, 1, 2, 3], 63), right);
});

test("summed() differs for a message whose end belongs to another", () => {
  const torn = Buffer.alloc(64);
  stamp(torn, 1);
  const whole = summed(0, torn);
  torn.writeInt32LE(0, 60);
  assert.notEqual(summed(0, torn), whole);
});
