/** fdinfo of an epoll(7) instance: a line for each descriptor that it watches. */
import { type FlagTable, flagTable } from "../../flag-names.ts";

/** One watched descriptor. */
export interface EpollTarget {
  /** Its number when it was added; the number may be closed by now, or be another file's. */
  readonly fd: number;
  /** A sum of EPOLL flags. */
  readonly events: number;
  /** What the program gets back with an event. */
  readonly data: bigint;
  /** Where the open file stands, which inode it is, of which device, as the kernel keeps that
   * number; undefined before Linux 4.15. */
  readonly file: EpollFile | undefined;
}

/** The open file behind a watched descriptor. */
export interface EpollFile {
  readonly position: bigint;
  readonly inode: bigint;
  readonly device: number;
}

/** include/uapi/linux/eventpoll.h */
export const epollEvents: FlagTable = flagTable({
  EPOLLIN: 0x1,
  EPOLLPRI: 0x2,
  EPOLLOUT: 0x4,
  EPOLLERR: 0x8,
  EPOLLHUP: 0x10,
  EPOLLNVAL: 0x20,
  EPOLLRDNORM: 0x40,
  EPOLLRDBAND: 0x80,
  EPOLLWRNORM: 0x100,
  EPOLLWRBAND: 0x200,
  EPOLLMSG: 0x400,
  EPOLLRDHUP: 0x2000,
  EPOLLEXCLUSIVE: 1 << 28,
  EPOLLWAKEUP: 1 << 29,
  EPOLLONESHOT: 1 << 30,
  EPOLLET: 1 << 31,
});

/** What can happen; the other flags say how it is told. */
const HAPPENING = 0x0fffffff & ~0x18;

const line =
  /^tfd: {0,10}(\d{1,10}) events: {0,8}([\da-f]{1,8}) data: {0,16}([\da-f]{1,16})(?: {2}pos:(-?\d{1,19}) ino:([\da-f]{1,16}) sdev:([\da-f]{1,8}))?$/gm;

/** The watched descriptors in the kernel's order; lines that are none are passed over. */
export function decodeEventpoll(text: string): readonly EpollTarget[] {
  return Array.from(text.matchAll(line), ([, fd, events, data, position, inode, device]) => ({
    fd: Number(fd),
    events: Number.parseInt(events ?? "", 16),
    data: BigInt(`0x${data}`),
    file: position === undefined ? undefined : fileOf(position, inode, device),
  }));
}

function fileOf(position: string, inode?: string, device?: string): EpollFile {
  return {
    position: BigInt(position),
    inode: BigInt(`0x${inode}`),
    device: Number.parseInt(device ?? "", 16),
  };
}

/** The lines that the kernel writes, behind those of every descriptor. */
export function encodeEventpoll(targets: readonly EpollTarget[]): string {
  return targets.map(encodeTarget).join("");
}

function encodeTarget({ fd, events, data, file }: EpollTarget): string {
  const what = `events: ${hex(events).padStart(8)} data: ${hex(data).padStart(16)}`;
  const start = `tfd: ${String(fd).padStart(8)} ${what}`;
  if (file === undefined) return `${start}\n`;
  return `${start}  pos:${file.position} ino:${hex(file.inode)} sdev:${hex(file.device)}\n`;
}

function hex(value: number | bigint): string {
  return value.toString(16);
}

/** True where the target cannot wake anybody: of EPOLLONESHOT, once it was told. */
export function isDisarmed({ events }: EpollTarget): boolean {
  return (events & HAPPENING) === 0;
}
