/** The size of a page of memory, which the kernel tells each process at its start. */
import { readFileSync } from "node:fs";
import { endianness } from "node:os";

const AT_PAGESZ = 6n;
const WORD_BYTES = 8;

/** As getpagesize(2). @see getauxval(3) */
export function pageSize(): number {
  const words = auxiliaryVector();
  const place = words.findIndex((word, index) => index % 2 === 0 && word === AT_PAGESZ);
  return place < 0 ? 4096 : Number(words[place + 1]);
}

/** Pairs of a type and a value. Without /proc there is none. */
function auxiliaryVector(): readonly bigint[] {
  try {
    const bytes = readFileSync("/proc/self/auxv");
    const count = Math.floor(bytes.length / WORD_BYTES);
    const wordAt = (index: number): bigint =>
      endianness() === "LE"
        ? bytes.readBigUInt64LE(index * WORD_BYTES)
        : bytes.readBigUInt64BE(index * WORD_BYTES);
    return Array.from({ length: count }, (_, index) => wordAt(index));
  } catch {
    return [];
  }
}
