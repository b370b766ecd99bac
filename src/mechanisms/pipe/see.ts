/** Every pipe that somebody has open, seen without changing anything. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Hold, ObjectRecord, Unknown, Wait } from "../../io/schema.ts";
import { type DescriptorWait, descriptorWaits } from "../../io/seeing/descriptor-waits.ts";
import { descriptorsOfKind, type Held, holdOf } from "../../io/seeing/descriptors.ts";
import { pipeFinding } from "../../io/seeing/pipe-findings.ts";
import {
  type PipeFacts,
  pipeDetails,
  pipeFlags,
  pipeLimit,
  pipeUnknown,
  pipeUsed,
} from "../../io/seeing/pipe-record.ts";
import { pipeGaps, pipeStates } from "../../io/seeing/pipe-state.ts";
import type { PipeUse } from "../../io/seeing/pipe-use.ts";
import { pipeWait, waitsAt } from "../../io/seeing/pipe-waits.ts";

/** Objects, holds, waits and findings of the kind "pipe". */
export function seePipes(view: View): Sight {
  const uses = usesOf(view);
  const states = pipeStates(uses);
  const objects: ObjectRecord[] = [];
  const holds: Hold[] = [];
  const waiting: Wait[] = [];
  const findings: Finding[] = [];
  for (const [index, state] of states.entries()) {
    const use = uses[index] as PipeUse;
    const facts = { use, state, waits: waitsAt(use, state) };
    const finding = pipeFinding(view, facts);
    if (finding !== undefined) findings.push(finding);
    objects.push(objectOf(facts, finding));
    for (const held of use.holders) holds.push(holdOf(held, use.address));
    for (const wait of facts.waits) waiting.push(pipeWait(wait, use.address));
  }
  return { objects, holds, waits: waiting, links: [], findings, gaps: pipeGaps(states, "pipe") };
}

/** A pipe is its inode: all of them are on one device of the kernel's own. */
function usesOf(view: View): readonly PipeUse[] {
  const uses = new Map<number, PipeUse & { holders: Held[]; waits: DescriptorWait[] }>();
  for (const held of descriptorsOfKind(view, "pipe")) {
    const { inode } = held.descriptor;
    if (inode === null) continue;
    const known = uses.get(inode);
    if (known !== undefined) {
      known.holders.push(held);
      continue;
    }
    const address = `pipe:${inode}`;
    uses.set(inode, { address, inode, device: null, holders: [held], waits: [] });
  }
  for (const wait of descriptorWaits(view, "pipe")) {
    uses.get(wait.descriptor.inode ?? -1)?.waits.push(wait);
  }
  return [...uses.values()];
}

const source = ["/proc/PID/fd", "pidfd_getfd(2)", "ioctl(FIONREAD)", "fcntl(F_GETPIPE_SZ)"];

function objectOf(facts: PipeFacts, finding: Finding | undefined): ObjectRecord {
  const { use, state } = facts;
  const { fill } = state;
  return {
    address: use.address,
    aliases: [],
    kind: "pipe",
    title: "pipe",
    namespace: null,
    uid: fill?.uid ?? null,
    gid: fill?.gid ?? null,
    mode: fill?.mode ?? null,
    used: pipeUsed(state),
    limit: pipeLimit(state),
    changedAt: null,
    flags: pipeFlags(facts, finding?.severity === "error"),
    details: pipeDetails(facts),
    unknown: unknownOf(facts),
    source,
  };
}

function unknownOf(facts: PipeFacts): Unknown {
  const unknown = pipeUnknown(facts);
  const { refused } = facts.state;
  if (refused !== undefined) for (const field of ["uid", "gid", "mode"]) unknown[field] = refused;
  unknown["changedAt"] = "the kernel does not record it";
  return unknown;
}
