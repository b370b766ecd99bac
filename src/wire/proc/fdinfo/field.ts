/** One line of fdinfo that has a name: "name:\tvalue" or "name: value". */

/** What stands behind the name in the first line that has it; undefined where none does. */
export function fieldOf(text: string, name: string): string | undefined {
  const start = text.startsWith(`${name}:`) ? 0 : text.indexOf(`\n${name}:`) + 1;
  if (start === 0 && !text.startsWith(`${name}:`)) return undefined;
  const end = text.indexOf("\n", start);
  return text.slice(start + name.length + 1, end < 0 ? undefined : end).trim();
}

/** The same as a whole number in decimal; undefined where it is none, or beyond 2^53. */
export function numberField(text: string, name: string): number | undefined {
  const value = fieldOf(text, name);
  if (value === undefined || !/^-?\d{1,16}$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The same in hexadecimal with at most 64 bits, with or without 0x. */
export function hexField(text: string, name: string): bigint | undefined {
  const digits = /^(?:0x)?([\da-f]{1,16})$/.exec(fieldOf(text, name) ?? "")?.[1];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}
