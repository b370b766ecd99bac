/** Every pipe that somebody has open, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, ObjectRecord } from "../../io/schema.ts";
import { type DescriptorWait, descriptorWaits } from "../../io/seeing/descriptor-waits.ts";
import { descriptorsOfKind, type Held, holdOf } from "../../io/seeing/descriptors.ts";
import { pipeFinding } from "../../io/seeing/pipe-findings.ts";
import {
  type PipeFacts,
  pipeDetails,
  pipeFilling,
  pipeFlags,
  pipeUnknown,
} from "../../io/seeing/pipe-record.ts";
import { pipeGaps, pipeStates } from "../../io/seeing/pipe-state.ts";
import type { PipeUse } from "../../io/seeing/pipe-use.ts";
import { pipeWait, waitsAt } from "../../io/seeing/pipe-waits.ts";

/** Objects, holds, waits and findings of the kind "pipe". */
export function seePipes(view: View): Sight {
  const uses = usesOf(view);
  const states = pipeStates(uses);
  const all = uses.flatMap((use, index): PipeFacts | readonly PipeFacts[] => {
    const state = states[index];
    return state === undefined ? [] : { use, state, waits: waitsAt(use, state) };
  });
  const findings = all.map((facts) => pipeFinding(view, facts));
  return {
    objects: all.map((facts, index) => objectOf(facts, findings[index])),
    holds: all.flatMap(({ use }) => use.holders.map((held) => holdOf(held, use.address))),
    waits: all.flatMap(({ use, waits }) => waits.map((wait) => pipeWait(wait, use.address))),
    links: [],
    findings: findings.filter((finding) => finding !== undefined),
    gaps: pipeGaps(states, "pipe"),
  };
}

/** A pipe is its inode: all of them are on one device of the kernel's own. */
function usesOf(view: View): readonly PipeUse[] {
  const uses = new Map<number, PipeUse & { holders: Held[]; waits: DescriptorWait[] }>();
  for (const held of descriptorsOfKind(view, "pipe")) {
    const { inode } = held.descriptor;
    if (inode === null) continue;
    const known = uses.get(inode);
    if (known !== undefined) known.holders.push(held);
    else uses.set(inode, { ...about(inode), holders: [held], waits: [] });
  }
  for (const wait of descriptorWaits(view, "pipe")) {
    uses.get(wait.descriptor.inode ?? -1)?.waits.push(wait);
  }
  return [...uses.values()];
}

function about(inode: number): Pick<PipeUse, "address" | "inode" | "device"> {
  return { address: `pipe:${inode}`, inode, device: null };
}

function objectOf(facts: PipeFacts, finding: Finding | undefined): ObjectRecord {
  const { use, state } = facts;
  const { fill, refused } = state;
  return {
    address: use.address,
    aliases: [],
    kind: "pipe",
    title: "pipe",
    namespace: null,
    uid: fill?.uid ?? null,
    gid: fill?.gid ?? null,
    mode: fill?.mode ?? null,
    ...pipeFilling(state),
    changedAt: null,
    flags: pipeFlags(facts, finding?.severity === "error"),
    details: pipeDetails(facts),
    unknown: {
      ...pipeUnknown(facts),
      ...(refused === undefined ? {} : { uid: refused, gid: refused, mode: refused }),
      changedAt: "the kernel does not record it",
    },
    source: ["/proc/PID/fd", "pidfd_getfd(2)", "ioctl(FIONREAD)", "fcntl(F_GETPIPE_SZ)"],
  };
}
