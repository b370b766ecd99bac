/** How System V objects are named: KIND:ID in decimal, KIND:0xKEY in hexadecimal. */
import { outOfRange, wrongType } from "../../sys/errors.ts";
import { IPC_PRIVATE } from "../../sys/sysv.ts";

/** What an address names. */
export type SysvName = { readonly id: number } | { readonly key: number };

/** "msg:0x5a000001": a key is always printed in hexadecimal, an id in decimal. */
export function keyAddress(kind: string, key: number): string {
  return `${kind}:0x${(key >>> 0).toString(16).padStart(8, "0")}`;
}

/** The address of whatever the refused call was about; undefined when it was about neither. */
export function sysvAddress(
  kind: string,
  { id, key }: { readonly id?: number | undefined; readonly key?: number | undefined },
): string | undefined {
  if (id !== undefined) return `${kind}:${id}`;
  return key === undefined ? undefined : keyAddress(kind, key);
}

/** What stands behind "KIND:", in its one printed form. @throws RangeError */
export function parseSysvAddress(kind: string, rest: string): string {
  const key = /^0x([0-9a-f]{1,8})$/i.exec(rest)?.[1];
  if (key !== undefined) return keyAddress(kind, Number.parseInt(key, 16));
  if (/^\d{1,10}$/.test(rest) && Number(rest) < 2 ** 31) return `${kind}:${Number(rest)}`;
  const forms = `${kind}:ID (0 to 2147483647) or ${kind}:0xKEY`;
  throw outOfRange("address", forms, `${kind}:${rest}`);
}

/** The id or the key of an address. @throws RangeError also for the key 0, which names nothing */
export function sysvNameOf(kind: string, address: string): SysvName {
  const from = kind.length + 1;
  const rest = parseSysvAddress(kind, address.slice(from)).slice(from);
  if (!rest.startsWith("0x")) return { id: Number(rest) };
  const key = Number.parseInt(rest.slice(2), 16);
  if (key !== IPC_PRIVATE) return { key };
  throw outOfRange("address", "a key other than 0, which names no object", address);
}

/** @throws TypeError, RangeError */
export function checkKey(key: number): void {
  if (typeof key !== "number") throw wrongType("key", "a number", key);
  if (Number.isInteger(key) && key >= -(2 ** 31) && key < 2 ** 32) return;
  throw outOfRange("key", "a 32-bit integer", key);
}

/** @throws TypeError, RangeError */
export function checkId(id: number): void {
  if (typeof id !== "number") throw wrongType("id", "a number", id);
  if (!Number.isInteger(id) || id < 0 || id >= 2 ** 31) throw outOfRange("id", "0 to 2^31-1", id);
}
