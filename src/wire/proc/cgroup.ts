/** /proc/PID/cgroup: the control groups of a process, one line a hierarchy. */
import { bytesOf, textOf } from "./text.ts";

/** One hierarchy. Number 0 without controllers is version 2 of cgroups. */
export interface CgroupEntry {
  readonly hierarchy: number;
  /** "cpu", "name=systemd" … */
  readonly controllers: readonly string[];
  /** Newlines in it stand as \012. */
  readonly path: string;
}

/** Lines that are none are passed over. */
export function decodeCgroup(bytes: Uint8Array): readonly CgroupEntry[] {
  return textOf(bytes).split("\n").flatMap(entryOf);
}

/** The lines, as the kernel writes them. */
export function encodeCgroup(entries: readonly CgroupEntry[]): Uint8Array {
  const lines = entries.map((e) => `${e.hierarchy}:${e.controllers.join(",")}:${e.path}\n`);
  return bytesOf(lines.join(""));
}

/**
 * The one path that tells most: version 2's; where both versions are mounted and version 2 is not
 * in use, that of systemd's own hierarchy.
 */
export function cgroupPath(entries: readonly CgroupEntry[]): string | null {
  const unified = entries.find((entry) => entry.hierarchy === 0)?.path;
  if (unified !== undefined && unified !== "/") return unified;
  const named = entries.find((entry) => entry.controllers.includes("name=systemd"))?.path;
  return named ?? unified ?? entries[0]?.path ?? null;
}

function entryOf(line: string): CgroupEntry[] {
  const match = /^(\d{1,9}):([^:]*):(.*)$/s.exec(line);
  if (match === null) return [];
  const [, hierarchy = "", controllers = "", path = ""] = match;
  const names = controllers === "" ? [] : controllers.split(",");
  return [{ hierarchy: Number(hierarchy), controllers: names, path }];
}
