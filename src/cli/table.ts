/** Tables without borders that fit the terminal. Every cell is made printable here, once for all. */
import Table from "cli-table3";
import stringWidth from "string-width";
import { type Fitted, fit } from "./fit.ts";
import { printable } from "./printable.ts";
import { paint, type Terminal, terminal } from "./terminal.ts";

export interface Column<Row> {
  readonly title: string;
  /** A flexible column may be shortened (or wrapped) to this many characters. */
  readonly least?: number;
  /** When the terminal is too narrow, columns of low rank are left out first. */
  readonly rank: number;
  readonly align?: "left" | "right";
  cell(row: Row): string;
  /** Colours the cell; called only with its printable text. */
  readonly paint?: (text: string, row: Row) => string;
}

export interface Layout {
  /** Long cells go on in the next line instead of ending in an ellipsis. */
  readonly wrap?: boolean;
  /** No line of titles. */
  readonly bare?: boolean;
  /** Characters before every line. */
  readonly indent?: number;
  readonly terminal?: Terminal;
}

const GAP = 2;
/** cli-table3 slows down with the square of its rows, so long tables are laid out in parts. */
const PART_ROWS = 100;

/** The rows as lines, each ended by a newline; nothing when there are none. */
export function table<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  layout: Layout = {},
): string {
  if (rows.length === 0) return "";
  const { columns: total } = layout.terminal ?? terminal();
  const texts = rows.map((row) => columns.map((column) => printable(column.cell(row))));
  const fitted = fit(measured(columns, texts, layout), GAP, total - (layout.indent ?? 0));
  const head = layout.bare ? [] : [titles(columns, fitted)];
  const body = rows.map((row, index) =>
    fitted.map((place) => painted(columns[place.index], texts[index]?.[place.index], row)),
  );
  return drawn([...head, ...body], columns, fitted, layout);
}

function measured<Row>(
  columns: readonly Column<Row>[],
  texts: readonly (readonly string[])[],
  layout: Layout,
): { width: number; least?: number; rank: number }[] {
  return columns.map((column, index) => {
    const title = layout.bare ? 0 : stringWidth(column.title);
    const width = texts.reduce((most, row) => Math.max(most, stringWidth(row[index] ?? "")), title);
    const { least, rank } = column;
    return { width, rank, ...(least !== undefined && { least: Math.max(least, title) }) };
  });
}

function titles<Row>(columns: readonly Column<Row>[], fitted: Fitted): string[] {
  return fitted.map(({ index }) => paint.dim(columns[index]?.title ?? ""));
}

function painted<Row>(column: Column<Row> | undefined, text = "", row: Row): string {
  return column?.paint === undefined || text === "" ? text : column.paint(text, row);
}

function drawn<Row>(
  lines: readonly string[][],
  columns: readonly Column<Row>[],
  fitted: Fitted,
  layout: Layout,
): string {
  const parts: string[] = [];
  for (let start = 0; start < lines.length; start += PART_ROWS) {
    const part = new Table({
      chars: borderless,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
      colWidths: fitted.map(({ width }) => Math.max(width, 1)),
      colAligns: fitted.map(({ index }) => columns[index]?.align ?? "left"),
      truncate: "…",
    });
    for (const line of lines.slice(start, start + PART_ROWS)) {
      part.push(layout.wrap ? line.map((text, at) => wrapped(text, fitted[at]?.width ?? 1)) : line);
    }
    parts.push(part.toString());
  }
  const indent = " ".repeat(layout.indent ?? 0);
  return parts
    .join("\n")
    .split("\n")
    .map((line) => `${indent}${line}`.trimEnd().concat("\n"))
    .join("");
}

/** Between words; but a word that fits no line is broken rather than cut off. */
function wrapped(content: string, width: number): Table.CellOptions {
  const fits = content.split(" ").every((word) => stringWidth(word) <= width);
  return { content, wordWrap: true, wrapOnWordBoundary: fits };
}

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: " ".repeat(GAP),
};
