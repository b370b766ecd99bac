/** Shows how the width and the colours are decided. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { terminalOf } from "./terminal.ts";

const screen = { isTTY: true, columns: 132 };

test("terminalOf() takes a terminal's own width", () => {
  assert.equal(terminalOf(screen, { COLUMNS: "40" }).columns, 132);
  assert.equal(terminalOf({ isTTY: true }, { COLUMNS: "40" }).columns, 40);
  assert.equal(terminalOf({ isTTY: true }, {}).columns, 80);
});

test("terminalOf() does not limit a pipe, unless COLUMNS does", () => {
  assert.equal(terminalOf({}, {}).columns, Number.POSITIVE_INFINITY);
  assert.equal(terminalOf({}, { COLUMNS: "60" }).columns, 60);
  for (const COLUMNS of ["", "0", "-5", "wide", "1e3"]) {
    assert.equal(terminalOf({}, { COLUMNS }).columns, Number.POSITIVE_INFINITY);
  }
});

test("terminalOf() has colours on a terminal only, and obeys NO_COLOR and TERM=dumb", () => {
  assert.equal(terminalOf(screen, {}).colours, true);
  assert.equal(terminalOf(screen, { NO_COLOR: "" }).colours, true);
  assert.equal(terminalOf(screen, { NO_COLOR: "1" }).colours, false);
  assert.equal(terminalOf(screen, { TERM: "dumb" }).colours, false);
  assert.equal(terminalOf({}, { FORCE_COLOR: "1", CI: "true" }).colours, false);
});
