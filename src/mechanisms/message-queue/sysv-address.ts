/** Opens System V message queues by their addresses: msg:ID, msg:0xKEY. */
import { sysvNameOf } from "../../io/sysv/address.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";

/** Opens what the address names. @throws as SysvMessageQueue.open() and byId(); RangeError */
export function openSysvAddress(address: string): SysvMessageQueue {
  const name = sysvNameOf("msg", address);
  return "id" in name ? SysvMessageQueue.byId(name.id) : SysvMessageQueue.open(name.key);
}
