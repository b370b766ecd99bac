/** Fits the columns of a table into a number of characters: which columns stay, and how wide. */

export interface FitColumn {
  /** As wide as its widest cell. */
  readonly width: number;
  /** A flexible column may be shortened to this; one that is not keeps its width. */
  readonly least?: number;
  /** When shortening is not enough, columns of low rank are left out first. */
  readonly rank: number;
}

/** The columns that stay, in order, as indices with their widths. */
export type Fitted = readonly { readonly index: number; readonly width: number }[];

/** `gap` stands between two columns. The column of the highest rank always stays. */
export function fit(columns: readonly FitColumn[], gap: number, total: number): Fitted {
  let kept = columns.map((column, index) => ({ ...column, index }));
  while (kept.length > 1 && leastTotal(kept, gap) > total) kept = withoutLowest(kept);
  return shrunk(kept, total - gap * (kept.length - 1));
}

type Kept = FitColumn & { readonly index: number };

function leastTotal(columns: readonly Kept[], gap: number): number {
  return columns.reduce((sum, column) => sum + leastOf(column) + gap, -gap);
}

function leastOf(column: FitColumn): number {
  return Math.min(column.least ?? column.width, column.width);
}

function withoutLowest(columns: readonly Kept[]): Kept[] {
  const lowest = columns.reduce((low, column) => (column.rank < low.rank ? column : low));
  return columns.filter((column) => column !== lowest);
}

/** Takes from the widest flexible column, one character at a time, until the sum fits. */
function shrunk(columns: readonly Kept[], total: number): Fitted {
  const widths = columns.map((column) => column.width);
  for (let over = sum(widths) - total; over > 0; over--) {
    const widest = widestFlexible(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  if (columns.length === 1) widths[0] = Math.max(1, Math.min(widths[0] ?? 0, total));
  return columns.map(({ index }, place) => ({ index, width: widths[place] ?? 0 }));
}

function widestFlexible(columns: readonly Kept[], widths: readonly number[]): number | undefined {
  let widest: number | undefined;
  columns.forEach((column, place) => {
    const width = widths[place] ?? 0;
    if (width <= leastOf(column)) return;
    if (widest === undefined || width > (widths[widest] ?? 0)) widest = place;
  });
  return widest;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
