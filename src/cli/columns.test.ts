/** Shows which columns there are, and how rows are ordered by them. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf } from "../../tests/inspect/machine.ts";
import { byColumn, columnNamed, modeWords, usualColumns } from "./columns.ts";
import { narrow, type Row, rowsOf } from "./facts.ts";

const rows = rowsOf(
  machineOf({
    objects: [
      objectOf("any:10", {
        used: { bytes: 50 },
        limit: { bytes: 100 },
        details: { lastSendPid: 5 },
      }),
      objectOf("any:9", { used: { bytes: 9 }, limit: { bytes: 10 } }),
      objectOf("other:1"),
    ],
  }),
);

function sorted(name: string, descending: boolean): string[] {
  const order = byColumn(columnNamed(name, rows), descending);
  return rows.toSorted(order).map(({ object }: Row) => object.address);
}

test("the usual columns are the same eight for every kind", () => {
  const titles = usualColumns.map(({ title }) => title);
  assert.deepEqual(titles, [
    "ADDRESS",
    "OWNER",
    "FILL",
    "HOLDERS",
    "WAITING",
    "FROM → TO",
    "CHANGED",
    "FLAGS",
  ]);
});

test("byColumn() sorts numbers as numbers, and what is not known last either way", () => {
  assert.deepEqual(sorted("address", false), ["any:9", "any:10", "other:1"]);
  assert.deepEqual(sorted("fill", false), ["any:10", "any:9", "other:1"]);
  assert.deepEqual(sorted("fill", true), ["any:9", "any:10", "other:1"]);
});

test("columnNamed() finds a fact that only some objects have, whatever its case", () => {
  const column = columnNamed("lastsendpid", rows);
  assert.deepEqual(
    rows.map((row) => column.cell(row)),
    ["5", "", ""],
  );
  assert.equal(columnNamed("maxBytes", rows).cell(rows[0] as Row), "100");
  assert.throws(() => columnNamed("frob", rows), /no column "frob".*lastSendPid/);
});

test("modeWords() writes permission bits in octal", () => {
  assert.equal(modeWords(0o640), "0640");
  assert.equal(modeWords(0), "0000");
  assert.equal(modeWords(null), "");
});

test("narrow() keeps what speaks of the objects, and nothing else", () => {
  const state = machineOf({
    objects: [objectOf("any:1"), objectOf("any:2")],
    links: [{ from: "any:1", to: "any:2", kind: "joined", direction: "both" }],
    findings: [{ rule: "r", severity: "info", objects: ["any:2"], processes: [], text: [] }],
  });
  const part = narrow(state, state.objects.slice(0, 1));
  assert.deepEqual(
    part.objects.map(({ address }) => address),
    ["any:1"],
  );
  assert.equal(part.links.length, 1);
  assert.equal(part.findings.length, 0);
});
