/** Opens System V shared memory by its addresses: shm:ID, shm:0xKEY. */
import { sysvNameOf } from "../../io/sysv/address.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

/** Opens what the address names. @throws as SysvSharedMemory.open() and byId(); RangeError */
export function openSysvAddress(address: string): SysvSharedMemory {
  const name = sysvNameOf("shm", address);
  return "id" in name ? SysvSharedMemory.byId(name.id) : SysvSharedMemory.open(name.key);
}
