/** Addresses of System V message queues: msg:ID in decimal, msg:0xKEY in hexadecimal. */
import { outOfRange } from "../../sys/errors.ts";
import { addressOfKey } from "./sysv-errors.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

/** What stands behind "msg:", in its one printed form. @throws RangeError */
export function parseSysvAddress(rest: string): string {
  const key = /^0x([0-9a-f]{1,8})$/i.exec(rest)?.[1];
  if (key !== undefined) return addressOfKey(Number.parseInt(key, 16)) ?? "";
  if (/^\d{1,10}$/.test(rest) && Number(rest) < 2 ** 31) return `msg:${Number(rest)}`;
  throw outOfRange("address", "msg:ID (0 to 2147483647) or msg:0xKEY", `msg:${rest}`);
}

/** Opens what the address names. @throws as SysvMessageQueue.open() and byId() */
export function openSysvAddress(address: string): SysvMessageQueue {
  const rest = parseSysvAddress(address.slice("msg:".length)).slice("msg:".length);
  if (!rest.startsWith("0x")) return SysvMessageQueue.byId(Number(rest));
  const key = Number.parseInt(rest.slice(2), 16);
  if (key === 0) throw outOfRange("address", "a key other than 0, which names no queue", address);
  return SysvMessageQueue.open(key);
}
