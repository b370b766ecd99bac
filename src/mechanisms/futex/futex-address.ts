/** How a word that is waited on is named: by the memory it lies in and its place there. */
import type { View } from "../../io/room.ts";
import { fileKey } from "../../io/seeing/files.ts";
import type { FutexWait, SharedPlace } from "../../io/seeing/futex-waits.ts";
import { outOfRange } from "../../sys/errors.ts";

/** "futex:/dev/shm/x+0x40", "futex:0:41:2+0x40", "futex:shm:3+0x40", or "futex:123/0x7f…". */
export function addressOf(view: View, { process, address, place }: FutexWait): string {
  if (place === undefined) return `futex:${process.pid}/${hex(address)}`;
  return `${prefixOf(view, place)}+${hex(place.offset)}`;
}

function prefixOf(view: View, { mapping, memory }: SharedPlace): string {
  // The numbers of segments are those of their inodes, which others on that device may have too.
  if (memory?.kind === "shm") return memory.address.replace(/(^|\/)shm:/, "$1futex:shm:");
  const path = memory?.name?.namespace === view.namespaces.mnt ? memory.name.path : undefined;
  if (path !== undefined) return `futex:${path}`;
  if (memory?.address.startsWith("map:/")) return `futex:${memory.address.slice("map:".length)}`;
  return `futex:${fileKey(mapping.major, mapping.minor, mapping.inode)}`;
}

function hex(value: bigint): string {
  return `0x${value.toString(16)}`;
}

/** The forms of its addresses. */
export const futexForms: readonly string[] = [
  "futex:/PATH+0xOFFSET",
  "futex:MAJOR:MINOR:INODE+0xOFFSET",
  "futex:shm:ID+0xOFFSET",
  "futex:PID/0xADDRESS",
];

const shared = /^(\/.*|\d{1,10}:\d{1,10}:\d{1,20}|shm:\d{1,10})\+0x([\da-f]{1,16})$/is;
const own = /^(\d{1,10})\/0x([\da-f]{1,16})$/i;

/** What stands behind "futex:", in its one printed form. @throws RangeError ERR_OUT_OF_RANGE */
export function parseFutexAddress(rest: string): string {
  const [, place = "", offset] = shared.exec(rest) ?? [];
  if (offset !== undefined && !place.includes("\0")) {
    return `futex:${plain(place)}+${hex(BigInt(`0x${offset}`))}`;
  }
  const [, pid, address] = own.exec(rest) ?? [];
  if (pid !== undefined) return `futex:${Number(pid)}/${hex(BigInt(`0x${address}`))}`;
  throw outOfRange("address", futexForms.join(", "), `futex:${rest}`);
}

function plain(place: string): string {
  if (place.startsWith("/")) return place;
  const numbers = place.toLowerCase().split(":");
  return numbers.map((one) => (one === "shm" ? one : String(BigInt(one)))).join(":");
}
