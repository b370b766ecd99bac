/** fdinfo of a fanotify(7) group: how it was made, and a line for each mark. */
import { type FlagTable, flagTable } from "../../flag-names.ts";
import { decodeFileHandle, encodeFileHandle, type FileHandle, fileHandle } from "./file-handle.ts";

/** A group. */
export interface FanotifyInfo {
  /** What fanotify_init(2) was given. */
  readonly flags: number;
  /** What the descriptors of its events are opened with. */
  readonly eventFlags: number;
  readonly marks: readonly FanotifyMark[];
}

/** What is marked, and for which events. */
export interface FanotifyMark {
  readonly target: FanotifyTarget;
  /** FAN_MARK_ flags that outlive the call. */
  readonly flags: number;
  /** Sums of FAN_ flags. */
  readonly mask: number;
  readonly ignored: number;
}

/** A file or folder, a whole file system, a mount, or a mount namespace. */
export type FanotifyTarget =
  | {
      readonly what: "inode";
      readonly inode: bigint;
      readonly device: number;
      readonly handle: FileHandle | undefined;
    }
  | { readonly what: "file-system"; readonly device: number }
  | { readonly what: "mount"; readonly mountId: number }
  | { readonly what: "mount-namespace"; readonly inode: number };

/** include/uapi/linux/fanotify.h: of fanotify_init(2), without the class. */
export const fanotifyInitFlags: FlagTable = flagTable({
  FAN_CLOEXEC: 0x1,
  FAN_NONBLOCK: 0x2,
  FAN_CLASS_CONTENT: 0x4,
  FAN_CLASS_PRE_CONTENT: 0x8,
  FAN_UNLIMITED_QUEUE: 0x10,
  FAN_UNLIMITED_MARKS: 0x20,
  FAN_ENABLE_AUDIT: 0x40,
  FAN_REPORT_PIDFD: 0x80,
  FAN_REPORT_TID: 0x100,
  FAN_REPORT_FID: 0x200,
  FAN_REPORT_DIR_FID: 0x400,
  FAN_REPORT_NAME: 0x800,
  FAN_REPORT_TARGET_FID: 0x1000,
  FAN_REPORT_FD_ERROR: 0x2000,
  FAN_REPORT_MNT: 0x4000,
});

/** The same header: what can be told, and asked. */
export const fanotifyEvents: FlagTable = flagTable({
  FAN_ACCESS: 0x1,
  FAN_MODIFY: 0x2,
  FAN_ATTRIB: 0x4,
  FAN_CLOSE_WRITE: 0x8,
  FAN_CLOSE_NOWRITE: 0x10,
  FAN_OPEN: 0x20,
  FAN_MOVED_FROM: 0x40,
  FAN_MOVED_TO: 0x80,
  FAN_CREATE: 0x100,
  FAN_DELETE: 0x200,
  FAN_DELETE_SELF: 0x400,
  FAN_MOVE_SELF: 0x800,
  FAN_OPEN_EXEC: 0x1000,
  FAN_Q_OVERFLOW: 0x4000,
  FAN_FS_ERROR: 0x8000,
  FAN_OPEN_PERM: 0x10000,
  FAN_ACCESS_PERM: 0x20000,
  FAN_OPEN_EXEC_PERM: 0x40000,
  FAN_PRE_ACCESS: 0x100000,
  FAN_MNT_ATTACH: 0x1000000,
  FAN_MNT_DETACH: 0x2000000,
  FAN_EVENT_ON_CHILD: 0x8000000,
  FAN_RENAME: 0x10000000,
  FAN_ONDIR: 0x40000000,
});

const PERMISSION = 0x10000 | 0x20000 | 0x40000 | 0x100000;

/** True where whoever does this is stopped until the group has answered. */
export function asksPermission({ mask }: FanotifyMark): boolean {
  return (mask & PERMISSION) !== 0;
}

const group = /^fanotify flags:([\da-f]{1,8}) event-flags:([\da-f]{1,8})$/m;

const line = new RegExp(
  "^fanotify (?:ino:([\\da-f]{1,16}) sdev:([\\da-f]{1,8})|sdev:([\\da-f]{1,8})|mnt_id:([\\da-f]{1,8})|mnt_ns:(\\d{1,10}))" +
    ` mflags:([\\da-f]{1,8}) mask:([\\da-f]{1,8}) ignored_mask:([\\da-f]{1,8}) ?${fileHandle}$`,
  "gm",
);

/** Undefined where the text is of something else; lines that are no marks are passed over. */
export function decodeFanotify(text: string): FanotifyInfo | undefined {
  const made = group.exec(text);
  if (made === null) return undefined;
  const marks = Array.from(text.matchAll(line), (match) => ({
    target: targetOf(match),
    flags: hexIn(match[6]),
    mask: hexIn(match[7]),
    ignored: hexIn(match[8]),
  }));
  return { flags: hexIn(made[1]), eventFlags: hexIn(made[2]), marks };
}

function hexIn(digits: string | undefined): number {
  return Number.parseInt(digits ?? "0", 16);
}

function targetOf(match: RegExpExecArray): FanotifyTarget {
  const [, inode, inodeDevice, device, mount, namespace] = match;
  if (inode !== undefined) {
    const handle = decodeFileHandle(match, 9);
    return { what: "inode", inode: BigInt(`0x${inode}`), device: hexIn(inodeDevice), handle };
  }
  if (device !== undefined) return { what: "file-system", device: hexIn(device) };
  if (mount !== undefined) return { what: "mount", mountId: hexIn(mount) };
  return { what: "mount-namespace", inode: Number(namespace) };
}

/** The lines that the kernel writes, behind those of every descriptor. */
export function encodeFanotify({ flags, eventFlags, marks }: FanotifyInfo): string {
  const made = `fanotify flags:${hex(flags)} event-flags:${hex(eventFlags)}\n`;
  return made + marks.map(encodeMark).join("");
}

function encodeMark({ target, flags, mask, ignored }: FanotifyMark): string {
  const events = `mflags:${hex(flags)} mask:${hex(mask)} ignored_mask:${hex(ignored)}`;
  const handle = target.what === "inode" ? ` ${encodeFileHandle(target.handle)}` : "";
  return `fanotify ${encodeTarget(target)} ${events}${handle}\n`;
}

function encodeTarget(target: FanotifyTarget): string {
  if (target.what === "inode") return `ino:${hex(target.inode)} sdev:${hex(target.device)}`;
  if (target.what === "file-system") return `sdev:${hex(target.device)}`;
  if (target.what === "mount") return `mnt_id:${hex(target.mountId)}`;
  return `mnt_ns:${target.inode}`;
}

function hex(value: number | bigint): string {
  return value.toString(16);
}
