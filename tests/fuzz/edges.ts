/** What arguments are made of when they are to be anything. */

/** Values that are at, next to or beyond the edges of what integers, doubles and arguments are. */
export const edges: readonly unknown[] = [
  ...[0, 1, -1, 2, 7, 8, 127, 128, 4095, 4096, 8192, 65535, 65536, 0.5, -0, -2],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53, -(2 ** 53)],
  ...[2 ** 53 - 8, 2 ** 63, 1e308, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ...[undefined, null, true, "", "1", "x".repeat(5_000), 1n, 2n ** 70n, Symbol("s"), [], [1], {}],
  ...[() => 1, new Uint8Array(8), new ArrayBuffer(8), new Date(0), /x/, new Proxy({}, {})],
  {
    valueOf(): never {
      throw new Error("from valueOf");
    },
  },
];
