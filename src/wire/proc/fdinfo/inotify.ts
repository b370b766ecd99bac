/** fdinfo of an inotify(7) instance: a line for each file or folder that it watches. */
import { type FlagTable, flagTable } from "../../flag-names.ts";
import { decodeFileHandle, encodeFileHandle, type FileHandle, fileHandle } from "./file-handle.ts";

/** One watch. */
export interface InotifyWatch {
  /** The watch descriptor that events carry. */
  readonly watch: number;
  readonly inode: bigint;
  /** The device, as the kernel keeps its number. */
  readonly device: number;
  /** A sum of IN_ flags. */
  readonly mask: number;
  /** Of old kernels other than 0; it has no use. */
  readonly ignored: number;
  /** What open_by_handle_at(2) finds it by; undefined where its file system gives none. */
  readonly handle: FileHandle | undefined;
}

/** include/uapi/linux/inotify.h */
export const inotifyEvents: FlagTable = flagTable({
  IN_ACCESS: 0x1,
  IN_MODIFY: 0x2,
  IN_ATTRIB: 0x4,
  IN_CLOSE_WRITE: 0x8,
  IN_CLOSE_NOWRITE: 0x10,
  IN_OPEN: 0x20,
  IN_MOVED_FROM: 0x40,
  IN_MOVED_TO: 0x80,
  IN_CREATE: 0x100,
  IN_DELETE: 0x200,
  IN_DELETE_SELF: 0x400,
  IN_MOVE_SELF: 0x800,
  IN_UNMOUNT: 0x2000,
  IN_Q_OVERFLOW: 0x4000,
  IN_IGNORED: 0x8000,
  IN_ONLYDIR: 0x01000000,
  IN_DONT_FOLLOW: 0x02000000,
  IN_EXCL_UNLINK: 0x04000000,
  IN_MASK_CREATE: 0x10000000,
  IN_MASK_ADD: 0x20000000,
  IN_ISDIR: 0x40000000,
  IN_ONESHOT: 1 << 31,
});

const line = new RegExp(
  `^inotify wd:([\\da-f]{1,8}) ino:([\\da-f]{1,16}) sdev:([\\da-f]{1,8}) mask:([\\da-f]{1,8}) ignored_mask:([\\da-f]{1,8}) ?${fileHandle}$`,
  "gm",
);

/** The watches in the kernel's order, the newest first; lines that are none are passed over. */
export function decodeInotify(text: string): readonly InotifyWatch[] {
  return Array.from(text.matchAll(line), (match) => ({
    watch: Number.parseInt(match[1] ?? "", 16),
    inode: BigInt(`0x${match[2]}`),
    device: Number.parseInt(match[3] ?? "", 16),
    mask: Number.parseInt(match[4] ?? "", 16),
    ignored: Number.parseInt(match[5] ?? "", 16),
    handle: decodeFileHandle(match, 6),
  }));
}

/** The lines that the kernel writes, behind those of every descriptor. */
export function encodeInotify(watches: readonly InotifyWatch[]): string {
  return watches.map(encodeWatch).join("");
}

function encodeWatch({ watch, inode, device, mask, ignored, handle }: InotifyWatch): string {
  const hex = (value: number | bigint): string => value.toString(16);
  const file = `inotify wd:${hex(watch)} ino:${hex(inode)} sdev:${hex(device)}`;
  return `${file} mask:${hex(mask)} ignored_mask:${hex(ignored)} ${encodeFileHandle(handle)}\n`;
}
