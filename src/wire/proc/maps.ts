/** /proc/PID/maps: what a process has mapped, one line a mapping (proc_pid_maps(5)). */
import { bytesOf, textOf } from "./text.ts";

/** One mapping, from `start` up to but not including `end`. */
export interface Mapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly read: boolean;
  readonly write: boolean;
  readonly execute: boolean;
  readonly shared: boolean;
  /** Where in the file it begins, in bytes. */
  readonly offset: bigint;
  /** The device of the file's inode. */
  readonly major: number;
  readonly minor: number;
  /** 0 where no file is behind it; of a System V segment its id. A bigint beyond 2^53. */
  readonly inode: number | bigint;
  /**
   * "" where there is none, "[stack]" and the like, or a path, which never says whose file it is:
   * that do device and inode. Newlines in it stand as \012; what was unlinked ends in " (deleted)".
   */
  readonly path: string;
}

const pattern =
  /^([\da-f]{1,16})-([\da-f]{1,16}) ([r-])([w-])([x-])([sp]) ([\da-f]{1,16}) ([\da-f]{1,8}):([\da-f]{1,8}) (\d{1,20})(?: +([^ ].*)| ?)$/s;

/** Lines that are none are passed over. */
export function decodeMaps(bytes: Uint8Array): readonly Mapping[] {
  return textOf(bytes).split("\n").flatMap(mappingOf);
}

/** The lines, as a 64-bit kernel writes them (fs/proc/task_mmu.c, show_map_vma). */
export function encodeMaps(mappings: readonly Mapping[]): Uint8Array {
  return bytesOf(mappings.map((mapping) => `${lineOf(mapping)}\n`).join(""));
}

function mappingOf(line: string): Mapping[] {
  const match = pattern.exec(line);
  if (match === null) return [];
  const [, start, end, read, write, execute, shared, offset, major, minor, inode, path] = match;
  return [
    {
      start: BigInt(`0x${start}`),
      end: BigInt(`0x${end}`),
      read: read === "r",
      write: write === "w",
      execute: execute === "x",
      shared: shared === "s",
      offset: BigInt(`0x${offset}`),
      major: Number(`0x${major}`),
      minor: Number(`0x${minor}`),
      inode: plain(inode ?? ""),
      path: path ?? "",
    },
  ];
}

function plain(digits: string): number | bigint {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** The path stands at this column, or behind the inode's number where that reaches further. */
const PATH_COLUMN = 73;

function lineOf(mapping: Mapping): string {
  const { start, end, offset, major, minor, inode, path } = mapping;
  const range = `${hex(start, 8)}-${hex(end, 8)}`;
  const device = `${hex(major, 2)}:${hex(minor, 2)}`;
  const line = `${range} ${permissionsOf(mapping)} ${hex(offset, 8)} ${device} ${inode} `;
  return path === "" ? line : `${line.padEnd(PATH_COLUMN - 1)} ${path}`;
}

function permissionsOf({ read, write, execute, shared }: Mapping): string {
  return [read ? "r" : "-", write ? "w" : "-", execute ? "x" : "-", shared ? "s" : "p"].join("");
}

function hex(value: bigint | number, width: number): string {
  return value.toString(16).padStart(width, "0");
}
