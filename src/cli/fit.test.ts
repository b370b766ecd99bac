/** Shows that columns are shortened and left out in the right order, and always fit. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { type FitColumn, type Fitted, fit } from "./fit.ts";

const columns: readonly FitColumn[] = [
  { width: 10, rank: 9, least: 5 },
  { width: 30, rank: 2, least: 8 },
  { width: 20, rank: 3, least: 8 },
  { width: 6, rank: 8 },
];

function widths(fitted: Fitted): number[] {
  return fitted.map(({ width }) => width);
}

function totalOf(fitted: Fitted, gap: number): number {
  return widths(fitted).reduce((sum, width) => sum + width + gap, -gap);
}

test("fit() leaves columns alone where there is room", () => {
  assert.deepEqual(widths(fit(columns, 2, Number.POSITIVE_INFINITY)), [10, 30, 20, 6]);
  assert.deepEqual(widths(fit(columns, 2, 72)), [10, 30, 20, 6]);
});

test("fit() shortens the widest flexible column first", () => {
  assert.deepEqual(widths(fit(columns, 2, 62)), [10, 20, 20, 6]);
  assert.deepEqual(widths(fit(columns, 2, 52)), [10, 15, 15, 6]);
});

test("fit() leaves out columns of low rank when shortening is not enough", () => {
  assert.deepEqual(
    fit(columns, 2, 30).map(({ index }) => index),
    [0, 2, 3],
  );
  assert.deepEqual(
    fit(columns, 2, 13).map(({ index }) => index),
    [0, 3],
  );
  assert.deepEqual(fit(columns, 2, 3), [{ index: 0, width: 3 }]);
});

test("fit() never exceeds the total, and never gives a column less than one character", () => {
  const column = fc.record({
    width: fc.integer({ min: 1, max: 60 }),
    rank: fc.integer({ min: 0, max: 9 }),
    least: fc.integer({ min: 1, max: 12 }),
  });
  const some = fc.array(column, { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(some, fc.integer({ min: 1, max: 200 }), (given, total) => {
      const fitted = fit(given, 2, total);
      assert.ok(totalOf(fitted, 2) <= total);
      assert.ok(
        fitted.every(({ index, width }) => width >= 1 && width <= (given[index]?.width ?? 0)),
      );
    }),
  );
});
