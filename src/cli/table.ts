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
  const lines = layout.wrap
    ? wrappedLines(columns, rows, texts, fitted, layout)
    : cutLines(columns, rows, texts, fitted, layout);
  const indent = " ".repeat(layout.indent ?? 0);
  return lines.map((line) => `${indent}${line}`.trimEnd().concat("\n")).join("");
}

/** One line a row, laid out here: a list may have tens of thousands. */
function cutLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  texts: readonly (readonly string[])[],
  fitted: Fitted,
  layout: Layout,
): string[] {
  const cellAt = (
    { index, width }: Fitted[number],
    text: string,
    colour: (text: string) => string,
  ): string => {
    const shown = shortened(text, width);
    const rest = " ".repeat(Math.max(0, width - widthOf(shown)));
    return columns[index]?.align === "right" ? rest + colour(shown) : colour(shown) + rest;
  };
  const between = " ".repeat(GAP);
  const title = fitted.map((place) => cellAt(place, columns[place.index]?.title ?? "", paint.dim));
  const head = layout.bare ? [] : [title.join(between)];
  const body = rows.map((row, at) =>
    fitted
      .map((place) => {
        const colour = (text: string): string => painted(columns[place.index], text, row);
        return cellAt(place, texts[at]?.[place.index] ?? "", colour);
      })
      .join(between),
  );
  return [...head, ...body];
}

/** What fits of the text, with an ellipsis where that is not all. */
function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let used = 1;
  let kept = "";
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

const plain = /^[\x20-\x7e]*$/;

/** How many places of a line the text takes; nearly all of it takes one a character. */
function widthOf(text: string): number {
  return plain.test(text) ? text.length : stringWidth(text);
}

function wrappedLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  texts: readonly (readonly string[])[],
  fitted: Fitted,
  layout: Layout,
): string[] {
  const head = layout.bare ? [] : [titles(columns, fitted)];
  const body = rows.map((row, index) =>
    fitted.map((place) => painted(columns[place.index], texts[index]?.[place.index], row)),
  );
  return drawn([...head, ...body], columns, fitted);
}

function measured<Row>(
  columns: readonly Column<Row>[],
  texts: readonly (readonly string[])[],
  layout: Layout,
): { width: number; least?: number; rank: number }[] {
  return columns.map((column, index) => {
    const title = layout.bare ? 0 : widthOf(column.title);
    const width = texts.reduce((most, row) => Math.max(most, widthOf(row[index] ?? "")), title);
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
): string[] {
  const parts: string[] = [];
  for (let start = 0; start < lines.length; start += PART_ROWS) {
    const part = new Table({
      chars: borderless,
      style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
      colWidths: fitted.map(({ width }) => Math.max(width, 1)),
      colAligns: fitted.map(({ index }) => columns[index]?.align ?? "left"),
    });
    for (const line of lines.slice(start, start + PART_ROWS)) {
      part.push(line.map((text, at) => wrapped(text, fitted[at]?.width ?? 1)));
    }
    parts.push(part.toString());
  }
  return parts.join("\n").split("\n");
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
