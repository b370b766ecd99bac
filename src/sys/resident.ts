/**
 * Reading another process's memory without ever waiting for it. A page that is not there has to be
 * brought first, and where its file is on FUSE or NFS that may take for ever: who reads it hangs.
 */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { processVmRead } from "./process.ts";

/**
 * process_vm_readv(2) of what is in memory now, or in swap. What a thread has just given to the kernel
 * is. Undefined when it is refused, or when not all of it is there.
 */
export function readResident(
  tid: number,
  address: bigint,
  sizeBytes: number,
): Uint8Array | undefined {
  return isResident(tid, address, sizeBytes) ? processVmRead(tid, address, sizeBytes) : undefined;
}

/** Bytes of an entry of /proc/PID/pagemap: proc_pid_pagemap(5). */
const ENTRY_BYTES = 8;
/** Bits of the upper half: the page is in memory; it is in swap. */
const PRESENT = 0x8000_0000;
const SWAPPED = 0x4000_0000;

/** True also where this kernel has no pagemap (CONFIG_PROC_PAGE_MONITOR). */
function isResident(tid: number, address: bigint, sizeBytes: number): boolean {
  const size = pageSize();
  const first = address / size;
  const count = Number((address + BigInt(Math.max(1, sizeBytes)) - 1n) / size - first) + 1;
  const entries = Buffer.alloc(count * ENTRY_BYTES);
  try {
    const fd = openSync(`/proc/${tid}/pagemap`, "r");
    try {
      const place = first * BigInt(ENTRY_BYTES);
      if (readSync(fd, entries, 0, entries.length, place) < entries.length) return false;
    } finally {
      closeSync(fd);
    }
  } catch (refused) {
    return (refused as NodeJS.ErrnoException).code === "ENOENT";
  }
  for (let at = 4; at < entries.length; at += ENTRY_BYTES) {
    if ((entries.readUInt32LE(at) & (PRESENT | SWAPPED)) === 0) return false;
  }
  return true;
}

let known: bigint | undefined;

/** AT_PAGESZ of getauxval(3). */
const AT_PAGESZ = 6n;

function pageSize(): bigint {
  known ??= readPageSize();
  return known;
}

function readPageSize(): bigint {
  const vector = readFileSync("/proc/self/auxv");
  for (let at = 0; at + 16 <= vector.length; at += 16) {
    if (vector.readBigUInt64LE(at) === AT_PAGESZ) return vector.readBigUInt64LE(at + 8);
  }
  return 4096n;
}
