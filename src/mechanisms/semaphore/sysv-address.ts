/** Addresses of System V semaphores: sem:ID and sem:0xKEY for a set, with /N for one of its own. */
import type { PartAddress } from "../../io/room.ts";
import { parseSysvAddress, sysvNameOf } from "../../io/sysv/address.ts";
import { outOfRange } from "../../sys/errors.ts";
import { COUNT_MAX } from "./sysv-options.ts";
import { SysvSemaphoreSet } from "./sysv-semaphore-set.ts";

/** What stands behind "sem:", in its one printed form. @throws RangeError */
export function parseSemaphoreAddress(rest: string): string {
  const slash = rest.indexOf("/");
  if (slash < 0) return parseSysvAddress("sem", rest);
  const index = rest.slice(slash + 1);
  if (/^\d{1,5}$/.test(index) && Number(index) < COUNT_MAX) {
    return `${parseSysvAddress("sem", rest.slice(0, slash))}/${Number(index)}`;
  }
  const forms = `sem:ID/N or sem:0xKEY/N, with N from 0 to ${COUNT_MAX - 1}`;
  throw outOfRange("address", forms, `sem:${rest}`);
}

/** The set and the semaphore of "sem:0/1"; undefined for the address of a whole set. */
export function semaphoreIn(address: string): PartAddress | undefined {
  const slash = address.indexOf("/");
  if (slash < 0) return undefined;
  return { whole: address.slice(0, slash), part: address.slice(slash) };
}

/** Opens the set that the address names. @throws as SysvSemaphoreSet.open() and byId(); RangeError */
export function openSysvAddress(address: string): SysvSemaphoreSet {
  if (semaphoreIn(address) !== undefined) {
    throw outOfRange("address", "that of a whole set, without /N", address);
  }
  const name = sysvNameOf("sem", address);
  return "id" in name ? SysvSemaphoreSet.byId(name.id) : SysvSemaphoreSet.open(name.key);
}
