/** What a binary asks of the system it is loaded on: libraries, and versions of the C library. */
import { demand } from "../run.ts";

/** The newest C library that a binary may need. */
export const glibcMax: string = "2.28";

/** What the dynamic section and the dynamic symbols of a binary name. */
export interface Needed {
  readonly libraries: readonly string[];
  /** Undefined symbols with the version of the C library that they are bound to. */
  readonly symbols: readonly { readonly name: string; readonly version: string }[];
}

/** Reads the binary with readelf(1). */
export async function neededBy(binary: string): Promise<Needed> {
  const text = await demand("readelf", ["--wide", "--dynamic", "--dyn-syms", binary]);
  const libraries = [...text.matchAll(/\(NEEDED\)\s+Shared library: \[(.*)\]/g)];
  const symbols = [...text.matchAll(/ UND (\S+?)@+GLIBC_([\d.]+)/g)];
  return {
    libraries: libraries.map(([, name = ""]) => name),
    symbols: symbols.map(([, name = "", version = ""]) => ({ name, version })),
  };
}

/** What keeps a binary from being loaded where only the oldest C library is; none when nothing. */
export function objectionsTo({ libraries, symbols }: Needed): string[] {
  const foreign = libraries.filter((library) => !/^libc\.(so\.6|musl-.*)$/.test(library));
  const newer = symbols.filter(({ version }) => isNewer(version, glibcMax));
  return [
    ...foreign.map((library) => `needs the library ${library}`),
    ...newer.map(({ name, version }) => `needs ${name} of glibc ${version}, after ${glibcMax}`),
  ];
}

function isNewer(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) > 0;
}
