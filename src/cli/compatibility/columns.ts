/** Rows of the tables: cells filled up to the widths of their columns, a blank between them. */

/** One row. The last cell too is filled up, as the originals print it. */
export function row(widths: readonly number[], cells: readonly (string | number)[]): string {
  return `${cells.map((cell, column) => String(cell).padEnd(widths[column] ?? 0)).join(" ")}\n`;
}
