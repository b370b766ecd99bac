/** What is told of one futex. */
import type { ObjectRecord } from "../../io/schema.ts";
import { deviceKey } from "../../io/seeing/kernel-memory.ts";
import type { Futex } from "./futex-see.ts";

/** The object of the kind "futex". */
export function futexRecord(futex: Futex): ObjectRecord {
  const { address, waits, claim, memory } = futex;
  return {
    address,
    aliases: [],
    kind: "futex",
    title: claim === undefined ? "futex" : "mutex",
    namespace: null,
    uid: null,
    gid: null,
    mode: null,
    used: {},
    limit: {},
    changedAt: null,
    flags: flagsOf(futex),
    details: { word: wordIn(memory), waiters: waits.length, ...ownerOf(futex), ...placeOf(futex) },
    unknown: memory === undefined ? { word: "its memory was not read" } : {},
    source: ["/proc/PID/task/TID/syscall", "/proc/PID/maps", "process_vm_readv(2)"],
  };
}

function flagsOf({ known, claim }: Futex): string[] {
  const gone = known !== undefined && "goneTid" in known ? ["owner-gone"] : [];
  return claim?.isRobust === true && claim.via !== "PI futex" ? ["robust", ...gone] : gone;
}

function wordIn(memory: Uint8Array | undefined): number | null {
  if (memory === undefined || memory.length < 4) return null;
  return new DataView(memory.buffer, memory.byteOffset).getUint32(0, true);
}

function ownerOf({ known, claim }: Futex): ObjectRecord["details"] {
  if (known === undefined || claim === undefined) return {};
  const thread = "owner" in known ? known.owner.tid : known.goneTid;
  return { ownerThread: thread, via: claim.via };
}

function placeOf({ waits }: Futex): ObjectRecord["details"] {
  const place = waits[0]?.place;
  if (place === undefined) return {};
  const { mapping, memory, offset } = place;
  const device = deviceKey(mapping.major, mapping.minor);
  return { in: memory?.address ?? null, device, inode: mapping.inode, offset };
}
