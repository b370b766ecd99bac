/** Sums of flags as the names of the kernel's headers; a flag that we do not know stays a number. */

/** Names by value; each value is one bit. */
export type FlagTable = ReadonlyMap<number, string>;

/** A table from rows of a name and its bit. */
export function flagTable(rows: Readonly<Record<string, number>>): FlagTable {
  return new Map(Object.entries(rows).map(([name, value]) => [value >>> 0, name]));
}

/** The names in a sum, the lowest bit first; of what is unknown, "0x1000". */
export function flagNames(table: FlagTable, sum: number): readonly string[] {
  const names: string[] = [];
  for (let bit = 0; bit < 32; bit++) {
    const value = (1 << bit) >>> 0;
    if ((sum & value) === 0) continue;
    names.push(table.get(value) ?? `0x${value.toString(16)}`);
  }
  return names;
}

/** The sum of these names; what is no name is passed over. */
export function flagSum(table: FlagTable, names: readonly string[]): number {
  const values = new Map([...table].map(([value, name]) => [name, value]));
  const known = names.map((name) => values.get(name) ?? numberOf(name));
  return known.reduce((sum, value) => (sum | value) >>> 0, 0);
}

function numberOf(name: string): number {
  return /^0x[\da-f]{1,8}$/.test(name) ? Number(name) >>> 0 : 0;
}
