/** Memory that is shared by descriptors and mappings, named or not, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, Hold, ObjectRecord } from "../../io/schema.ts";
import { memoryHolds, type Unseen, unseenHolders } from "../../io/seeing/memory-holds.ts";
import { type MemoryObject, memoryObjects } from "../../io/seeing/memory-objects.ts";
import { posixLeak } from "../../io/seeing/posix-leak.ts";
import { posixMemory } from "../../io/seeing/posix-memory.ts";
import { type Asked, askMemfd } from "./memfd-seals.ts";
import { memoryRecord } from "./memory-record.ts";

/** Objects, holds and findings of the kinds "pshm", "memfd" and "map"; nobody can wait for memory. */
export function seeMemory(view: View): Sight {
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  const findings: Finding[] = [];
  const unseen = unseenHolders(view);
  const nowMs = Date.now();
  let budget = ASKED_MAX;
  for (const memory of memoryObjects(view).values()) {
    if (!isOurs(memory)) continue;
    const seen = memoryHolds(memory);
    for (const hold of seen) holds.push(hold);
    const asked = memory.kind === "memfd" && budget-- > 0 ? askedOf(memory) : undefined;
    objects.push(memoryRecord(memory, { holds: seen, unseen, asked }));
    const finding = seen.length === 0 ? leaked(memory, unseen, nowMs) : undefined;
    if (finding !== undefined) findings.push(finding);
  }
  return { objects, holds, waits: [], links: [], findings, gaps: gapsOf(view) };
}

/** Asking takes five system calls, and anybody may make any number of memfds. */
const ASKED_MAX = 4096;

/** Any of its descriptors tells the same. */
function askedOf({ descriptors: [first], inode }: MemoryObject): Asked | string {
  return first === undefined ? "nobody has a descriptor of it" : askMemfd(first, inode);
}

/** A file that everybody maps for reading alone carries nothing from one process to another. */
function isOurs({ kind, mappings }: MemoryObject): boolean {
  if (kind === "pshm" || kind === "memfd") return true;
  return kind === "map" && mappings.some(({ mapping }) => mapping.write);
}

function leaked(
  { kind, address, file }: MemoryObject,
  unseen: Unseen,
  nowMs: number,
): Finding | undefined {
  if (kind !== "pshm" || file === undefined) return undefined;
  const state = `has ${file.sizeBytes} bytes, and nobody has it open or mapped`;
  return posixLeak({ rule: "pshm-leaked", address, state, file, unseen, nowMs });
}

function gapsOf(view: View): Gap[] {
  const { refused, passedOver } = posixMemory(view);
  const gaps = [...new Set(refused)].map((reason) => {
    const count = refused.filter((other) => other === reason).length;
    const folders = count === 1 ? "1 folder /dev/shm" : `${count} folders /dev/shm`;
    const text = `The names in ${folders} could not be listed (${reason}); run as root.`;
    return { what: "names", reason, count, text };
  });
  if (passedOver === 0) return gaps;
  const text = `${passedOver} names in /dev/shm are more than are looked at.`;
  return [...gaps, { what: "names", reason: "truncated", count: passedOver, text }];
}
