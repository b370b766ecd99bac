/**
 * struct semid_ds and struct seminfo as the kernel lays them out on its 64-bit little-endian
 * architectures (include/uapi/asm-generic/{ipcbuf,sembuf}.h, linux/sem.h). Pure.
 */
import { decodeIpcPerm, encodeIpcPerm, type IpcPerm } from "./ipc-perm.ts";

/** Every field of struct semid_ds (semctl(2)), in plain words. Times are seconds since 1970. */
export interface SemidDs extends IpcPerm {
  readonly operatedTime: bigint;
  readonly changedTime: bigint;
  /** How many semaphores the set has. */
  readonly count: bigint;
}

/**
 * Which of the two layouts: x86-64 has a word of padding behind each time
 * (arch/x86/include/uapi/asm/sembuf.h: "incorrectly added"), all others have none.
 */
export type SemidDsLayout = "x86" | "generic";

/** Size of struct semid_ds where it is longest, on x86-64. */
export const SEMID_DS_BYTES = 104;

/** Where the words behind the permissions lie. */
interface Places {
  readonly operatedTime: number;
  readonly changedTime: number;
  readonly count: number;
}

const places: Readonly<Record<SemidDsLayout, Places>> = {
  x86: { operatedTime: 48, changedTime: 64, count: 80 },
  generic: { operatedTime: 48, changedTime: 56, count: 64 },
};

/** The layout of an architecture by Node's name for it (process.arch). */
export function semidDsLayout(arch: string): SemidDsLayout {
  return arch === "x64" ? "x86" : "generic";
}

/** Reads a struct semid_ds of at least SEMID_DS_BYTES. */
export function decodeSemidDs(view: DataView, layout: SemidDsLayout): SemidDs {
  const at = places[layout];
  return {
    ...decodeIpcPerm(view),
    operatedTime: view.getBigInt64(at.operatedTime, true),
    changedTime: view.getBigInt64(at.changedTime, true),
    count: view.getBigUint64(at.count, true),
  };
}

/** Writes every field; what decodeSemidDs does not read is left as it is. */
export function encodeSemidDs(view: DataView, set: SemidDs, layout: SemidDsLayout): void {
  const at = places[layout];
  encodeIpcPerm(view, set);
  view.setBigInt64(at.operatedTime, set.operatedTime, true);
  view.setBigInt64(at.changedTime, set.changedTime, true);
  view.setBigUint64(at.count, set.count, true);
}

/** struct seminfo: of IPC_INFO the limits, of SEM_INFO the use in usedSets and usedSemaphores. */
export interface Seminfo {
  /** SEMMAP: unused. */
  readonly map: number;
  /** SEMMNI */
  readonly setsMax: number;
  /** SEMMNS: semaphores of all sets together. */
  readonly semaphoresMax: number;
  /** SEMMNU: unused. */
  readonly undoStructuresMax: number;
  /** SEMMSL */
  readonly semaphoresPerSetMax: number;
  /** SEMOPM */
  readonly operationsMax: number;
  /** SEMUME: unused. */
  readonly undoEntriesMax: number;
  /** IPC_INFO: SEMUSZ, unused. SEM_INFO: sets that exist. */
  readonly usedSets: number;
  /** SEMVMX */
  readonly valueMax: number;
  /** IPC_INFO: SEMAEM, unused. SEM_INFO: semaphores in all sets. */
  readonly usedSemaphores: number;
}

/** Size of struct seminfo. */
export const SEMINFO_BYTES = 40;

/** Reads a struct seminfo of at least SEMINFO_BYTES. */
export function decodeSeminfo(view: DataView): Seminfo {
  return {
    map: view.getInt32(0, true),
    setsMax: view.getInt32(4, true),
    semaphoresMax: view.getInt32(8, true),
    undoStructuresMax: view.getInt32(12, true),
    semaphoresPerSetMax: view.getInt32(16, true),
    operationsMax: view.getInt32(20, true),
    undoEntriesMax: view.getInt32(24, true),
    usedSets: view.getInt32(28, true),
    valueMax: view.getInt32(32, true),
    usedSemaphores: view.getInt32(36, true),
  };
}
