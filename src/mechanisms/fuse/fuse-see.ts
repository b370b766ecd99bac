/** Every connection of FUSE: where it is mounted, who serves it, and who waits for an answer. */
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, ObjectRecord, Owner, Unknown } from "../../io/schema.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { addressIn } from "../../io/seeing/namespaces.ts";
import { named, theFirst } from "../../io/sentences.ts";
import { type Connections, type FuseCounts, readConnections } from "./connections.ts";
import { type Daemon, daemons, stuckBecause } from "./daemons.ts";
import { addMountsElsewhere, type FuseMount, fuseMountsHere } from "./fuse-mounts.ts";
import { type FuseWait, fuseWaits, waitRecord } from "./fuse-waits.ts";

/** All that is known of one connection. */
interface Seen {
  readonly number: number;
  readonly counts: FuseCounts | undefined;
  readonly mounts: readonly FuseMount[];
  readonly daemon: Daemon | undefined;
  readonly waits: FuseWait[];
  /** Why nobody answers, in words; undefined where that is not known or not so. */
  readonly stuck: string | undefined;
  /** Why not even root was told more. */
  readonly connections: Connections;
}

/** Objects, holds, waits and findings of the kind "fuse". */
export function seeFuse(view: View): Sight {
  const all = seenIn(view);
  return {
    objects: all.map((seen) => objectOf(view, seen)),
    holds: all.flatMap(({ number, daemon }) => {
      return (daemon?.held ?? []).map((held) => holdOf(held, `fuse:${number}`));
    }),
    waits: all.flatMap((seen) => waitsOf(view, seen)),
    links: [],
    findings: all.flatMap((seen) => findingsOf(view, seen)),
    gaps: gapsOf(all),
  };
}

/** Most machines have no FUSE at all: only what is not mounted here is looked for elsewhere. */
function seenIn(view: View): readonly Seen[] {
  const mounts = fuseMountsHere(view);
  const serving = daemons(view);
  const connections = readConnections();
  const { counts } = connections;
  const known = [...counts.keys(), ...serving.keys()];
  if (known.some((number) => !mounts.has(number))) addMountsElsewhere(view, mounts);
  const numbers = new Set([...known, ...mounts.keys()]);
  const all = [...numbers]
    .sort((a, b) => a - b)
    .map((number): Seen => {
      const daemon = serving.get(number);
      const waiting = counts.get(number)?.waiting ?? null;
      const stuck = waiting === 0 ? undefined : stuckBecause(view, daemon);
      const about = { number, counts: counts.get(number), mounts: mounts.get(number) ?? [] };
      return { ...about, daemon, waits: [], stuck, connections };
    });
  giveWaits(view, all);
  return all;
}

/** Where it is not known whose answer somebody waits for, it is that of the only one that is asked. */
function giveWaits(view: View, all: readonly Seen[]): void {
  const asked = all.filter(({ counts }) => (counts?.waiting ?? 1) > 0);
  if (asked.length === 0) return;
  const byNumber = new Map(all.map((seen) => [seen.number, seen]));
  const only = asked.length === 1 ? asked[0]?.number : undefined;
  for (const wait of fuseWaits(view, only)) {
    if (wait.connection !== undefined) byNumber.get(wait.connection)?.waits.push(wait);
  }
}

function objectOf(view: View, seen: Seen): ObjectRecord {
  const { number, counts, mounts, connections } = seen;
  const waiting = counts?.waiting ?? null;
  const [first] = mounts;
  return {
    address: `fuse:${number}`,
    aliases: [],
    kind: "fuse",
    title: "FUSE connection",
    namespace: null,
    uid: counts?.uid ?? null,
    gid: counts?.gid ?? null,
    mode: null,
    used: waiting === null ? {} : { waiting },
    limit: {},
    changedAt: null,
    flags: isStuck(seen) ? ["stuck"] : [],
    details: {
      type: first?.mount.type ?? null,
      mountPoints: pointsOf(view, mounts),
      maxBackground: counts?.maxBackground ?? null,
      congestionThreshold: counts?.congestionThreshold ?? null,
    },
    unknown: unknownOf(seen),
    source: [connections.source, "/proc/PID/mountinfo", "/proc/PID/fdinfo"],
  };
}

/** More mount points than these are only counted. */
const POINTS_MAX = 16;

/** "/mnt", or "@4026532178/mnt" of another mount namespace. */
function pointsOf(view: View, mounts: readonly FuseMount[]): string[] {
  return mounts.slice(0, POINTS_MAX).map(({ mount: { mountPoint }, namespace }) => {
    return addressIn(namespace, view.namespaces.mnt, mountPoint).replace(/^(@\d+)\/\//, "$1/");
  });
}

/** Without the count, who waits says as much. */
function isStuck({ stuck, counts, waits }: Seen): boolean {
  return stuck !== undefined && (counts?.waiting ?? waits.length) > 0;
}

function unknownOf({ counts, daemon, connections, mounts }: Seen): Unknown {
  const reason = connections.refusal ?? "the connection has ended, or its owner is somebody else";
  const noDaemon =
    "no descriptor of /dev/fuse that may be read says that it is of this connection (Linux 6.18)";
  return {
    changedAt: "the kernel does not record when it was mounted",
    mode: "a connection has none",
    ...(counts === undefined ? { uid: reason, gid: reason } : {}),
    ...((counts?.waiting ?? null) === null ? { waiting: reason } : {}),
    ...(daemon === undefined ? { holders: noDaemon } : {}),
    ...(mounts.length === 0 ? { type: "no mount of it is seen" } : {}),
  };
}

function waitsOf(view: View, { number, daemon, waits }: Seen): ReturnType<typeof waitRecord>[] {
  const owners = ownersOf(daemon);
  const { processes } = view.processes;
  const names = owners.slice(0, 3).map(({ pid }) => named(processes, pid));
  const words = names.length === 0 ? "its daemon" : names.join(" or ");
  return waits.map((wait) => waitRecord(wait, `fuse:${number}`, { owners, names: words }));
}

function ownersOf(daemon: Daemon | undefined): readonly Owner[] {
  const pids = new Set(daemon?.held.map(({ process }) => process.pid));
  return [...pids].map((pid) => ({ pid, tid: null, via: "/proc/PID/fdinfo of /dev/fuse" }));
}

function findingsOf(view: View, seen: Seen): Finding[] {
  if (!isStuck(seen)) return [];
  const { number, counts, mounts, daemon, stuck, waits } = seen;
  const count = counts?.waiting ?? waits.length;
  const [point] = pointsOf(view, mounts);
  const { processes } = view.processes;
  const pids = ownersOf(daemon).map(({ pid }) => pid);
  const text = [
    `fuse:${number}${point === undefined ? "" : `, mounted at ${point},`} has ${count} ` +
      `${count === 1 ? "request" : "requests"} without an answer.`,
    ...theFirst(pids.map((pid) => `${named(processes, pid)}, which serves it, ${stuck}.`)),
    "=> whoever asks it for anything waits until it goes on or ends; to free them all: " +
      `echo 1 > /sys/fs/fuse/connections/${number}/abort`,
  ];
  const waiting = waits.map(({ thread }) => thread.process.pid);
  const objects = [`fuse:${number}`];
  const all = [...new Set([...pids, ...waiting])];
  return [{ rule: "fuse-stuck", severity: "warning", objects, processes: all, text }];
}

/** One gap for all connections whose requests could not be counted. */
function gapsOf(all: readonly Seen[]): Gap[] {
  const count = all.filter(({ counts }) => (counts?.waiting ?? null) === null).length;
  if (count === 0) return [];
  const reason = all[0]?.connections.refusal ?? "EACCES";
  const of = count === 1 ? "1 FUSE connection has" : `${count} FUSE connections have`;
  const text = `How many requests ${of} waiting could not be read (${reason}); run as root.`;
  return [{ what: "requests", reason, count, text }];
}
