/** Shows how tables come out: fitted, wrapped, escaped, in parts. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { type Column, table } from "./table.ts";

interface Row {
  readonly name: string;
  readonly text: string;
}

const columns: readonly Column<Row>[] = [
  { title: "NAME", rank: 2, cell: ({ name }) => name },
  { title: "TEXT", rank: 1, least: 6, cell: ({ text }) => text },
];

function at(width: number): {
  terminal: { columns: number; colours: boolean; isTerminal: boolean };
} {
  return { terminal: { columns: width, colours: false, isTerminal: false } };
}

test("table() aligns columns two spaces apart, without spaces at the ends of lines", () => {
  const rows = [
    { name: "a", text: "one two" },
    { name: "long", text: "" },
  ];
  assert.equal(table(columns, rows, at(80)), "NAME  TEXT\na     one two\nlong\n");
});

test("table() ends what does not fit with an ellipsis, by the width of what is printed", () => {
  const rows = [
    { name: "a", text: "one two three" },
    { name: "b", text: "日本語日本語" },
  ];
  assert.equal(table(columns, rows, at(14)), "NAME  TEXT\na     one two…\nb     日本語…\n");
});

test("table() wraps between words, and breaks a word that fits no line", () => {
  const layout = { ...at(16), wrap: true, bare: true, indent: 2 };
  const words = table(columns, [{ name: "abcd", text: "one two three" }], layout);
  assert.equal(words, "  abcd  one two\n        three\n");
  const path = table(columns, [{ name: "abcd", text: "/very/long/path" }], layout);
  assert.equal(path.replace(/[\s]|abcd/g, ""), "/very/long/path");
});

test("table() makes every cell printable", () => {
  assert.equal(
    table(columns, [{ name: "\u001b[2J", text: "" }], at(80)),
    "NAME     TEXT\n\\x1b[2J\n",
  );
});

test("table() is empty without rows, and lays out more rows than one part holds", () => {
  assert.equal(table(columns, [], at(80)), "");
  const many = Array.from({ length: 250 }, (_, index) => ({ name: `n${index}`, text: "t" }));
  const lines = table(columns, many, at(80)).trimEnd().split("\n");
  assert.equal(lines.length, 251);
  assert.ok(lines.every((line) => line.indexOf("T", 5) === 6 || line.indexOf("t", 5) === 6));
});
