/** The values of constants as the C headers have them. */
import { ask } from "./peer.ts";

/** Each constant by its name; needs gcc. Enumerators count as constants. */
export async function headerConstants(
  headers: readonly string[],
  names: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const includes = headers.map((header) => `#include <${header}>\n`).join("");
  const lines = names.map((name) => `long long value_${name} = (long long)(${name});\n`).join("");
  const source = `#define _GNU_SOURCE\n${includes}${lines}`;
  const assembly = await ask("gcc", ["-S", "-O0", "-x", "c", "-", "-o", "-"], { input: source });
  const values = names.map((name) => {
    const found = new RegExp(`^value_${name}:\\s+\\.(quad|zero)\\s+(-?\\d+)`, "m").exec(assembly);
    return [name, found?.[1] === "zero" ? 0 : Number(found?.[2] ?? Number.NaN)];
  });
  return Object.fromEntries(values);
}
