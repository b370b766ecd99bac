/** snapshot(): one walk over /proc, shown to every room, and what they saw put together. */
import type { Sight, View } from "../io/room.ts";
import type { Gap, Snapshot } from "../io/schema.ts";
import { together } from "../io/seeing/together.ts";
import { type Room, rooms } from "../mechanisms/rooms.ts";
import { outOfRange, type SystemError, wrongType } from "../sys/errors.ts";
import { isSuperuser, ownMountinfo, ownNumber } from "../sys/host.ts";
import { readResident } from "../sys/resident.ts";
import { WALK_ALL } from "../sys/walk.ts";
import { decodeMountinfo, hidesProcesses } from "../wire/proc/mountinfo.ts";
import type { Walk } from "../wire/proc/walk.ts";
import { kindNameOf } from "./find.ts";
import { walkGaps } from "./gaps.ts";
import { goneFrom } from "./gone.ts";
import { hostRecord } from "./host.ts";
import { processRecord } from "./process-record.ts";
import { unlessRefused } from "./refusals.ts";
import { isStillBlocked } from "./still-blocked.ts";
import { walkProc } from "./walk-proc.ts";

/** What to look at. */
export interface SnapshotOptions {
  /** Only objects of these kinds ("msg"), with what speaks of them. Default: all. */
  readonly kinds?: readonly string[] | undefined;
}

/**
 * The state of this machine's IPC, as far as this process may see it. What it may not see is no
 * error but a gap. Nothing is changed by looking.
 *
 * The walk over /proc goes on threads of ours; what it finds is decoded in pieces between turns of the
 * event loop. What the rooms conclude from it is worked out in one turn: some milliseconds on a small
 * machine, longer the more objects there are. A program that must not pause asks from a worker.
 * `host.tookMs` of the answer says how long all of it took. A process that makes whoever looks at it
 * wait is gone round after 0.4 s, and is a gap.
 * @throws TypeError (ERR_INVALID_ARG_TYPE)
 * @throws RangeError (ERR_OUT_OF_RANGE) for a kind that no room knows.
 * @throws SystemError EMFILE, ENFILE, ENOMEM, or what opening /proc gave.
 */
export async function snapshot(options: SnapshotOptions = {}): Promise<Snapshot> {
  const kinds = checkOptions(options);
  const begun = performance.now();
  const host = hostRecord(new Date());
  const strange = ownNumber() !== process.pid;
  const processes = strange ? nobody : await walkProc(WALK_ALL);
  const hidden = hidesProcesses(decodeMountinfo(ownMountinfo() ?? new Uint8Array()));
  const everybody = !strange && !processes.truncated && !(hidden && !isSuperuser());
  const view: View = {
    processes,
    namespaces: host.namespaces,
    readMemory: readResident,
    isGone: goneFrom(processes, everybody),
    isBlocked: isStillBlocked,
  };
  const sights = roomsOf(kinds).map((room) => look(room, view));
  const seen = only(together(sights), kinds);
  const gaps = walkGaps({ walk: processes, hidden, strange });
  return {
    schema: "ipc/1",
    host: { ...host, tookMs: Math.round((performance.now() - begun) * 1000) / 1000 },
    processes: [...processes.processes.values()].map(processRecord),
    ...seen,
    gaps: [...gaps, ...seen.gaps],
  };
}

/** The kinds asked for; undefined for all. */
function checkOptions(options: SnapshotOptions): ReadonlySet<string> | undefined {
  if (typeof options !== "object" || options === null) {
    throw wrongType("options", "an object", options);
  }
  const { kinds } = options;
  if (kinds === undefined) return undefined;
  if (!Array.isArray(kinds)) throw wrongType("kinds", "an array of strings", kinds);
  for (const kind of kinds) if (typeof kind !== "string") throw wrongType("kind", "a string", kind);
  return checkKinds(kinds);
}

/** What is seen where /proc speaks of other processes than the kernel does to us. */
const nobody: Walk = { processes: new Map(), vanished: 0, truncated: false };

function checkKinds(kinds: readonly string[]): ReadonlySet<string> {
  const known = rooms.flatMap((room) => room.kinds).map((kind) => kind.name);
  const strange = kinds.find((kind) => !known.includes(kind));
  if (strange === undefined) return new Set(kinds);
  throw outOfRange("kind", `one of ${known.join(", ")}`, strange);
}

function roomsOf(kinds: ReadonlySet<string> | undefined): readonly Room[] {
  if (kinds === undefined) return rooms;
  return rooms.filter((room) => room.kinds.some((kind) => kinds.has(kind.name)));
}

function look(room: Room, view: View): Sight {
  return unlessRefused(
    () => room.see(view),
    (refused) => unseen(room, refused),
  );
}

function unseen({ name }: Room, { code, message }: SystemError): Sight {
  const text = `The kernel did not show the room ${name}: ${message}.`;
  const gap: Gap = { what: name, reason: code, count: null, text };
  return { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [gap] };
}

/** A room may know more kinds than were asked for. */
function only(sight: Sight, kinds: ReadonlySet<string> | undefined): Sight {
  if (kinds === undefined) return sight;
  const wanted = (address: string): boolean => kinds.has(kindNameOf(address));
  return {
    objects: sight.objects.filter(({ kind }) => kinds.has(kind)),
    holds: sight.holds.filter(({ object }) => wanted(object)),
    waits: sight.waits.filter(({ object }) => wanted(object)),
    links: sight.links.filter(({ from, to }) => wanted(from) || wanted(to)),
    findings: sight.findings.filter(({ objects }) => objects.some(wanted)),
    gaps: sight.gaps,
  };
}
