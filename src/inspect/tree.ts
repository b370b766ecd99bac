/** tree(): what a process holds, and whom it talks to through it. */
import { groupBy } from "../io/group-by.ts";
import type { Hold, Link, ObjectRecord, ProcessRecord, Snapshot, Wait } from "../io/schema.ts";
import { checkSnapshot } from "./find.ts";
import { type Use, usesOf } from "./who.ts";
import { type Surroundings, surroundingsOf } from "./who-helps.ts";

/** One process and all that hangs on it. */
export interface Tree {
  readonly process: ProcessRecord;
  readonly branches: readonly Branch[];
  /** The processes whose parent it is. */
  readonly children: readonly ProcessRecord[];
}

/** One object that it holds, waits on or was the last to use. */
export interface Branch {
  readonly address: string;
  /** Null where the object itself is not in the snapshot. */
  readonly object: ObjectRecord | null;
  /** The process's own. */
  readonly holds: readonly Hold[];
  readonly waits: readonly Wait[];
  readonly uses: readonly Use[];
  /** Everybody else who holds or waits on it, or on what it is joined to. */
  readonly ends: readonly End[];
}

/** Another process at the object, or at the other end of a link. */
export interface End {
  readonly pid: number;
  /** The object that it holds: that of the branch, or the one that is joined to it. */
  readonly address: string;
  /** "in": it can give us something; "out": it can take; "beside": it does the same as we do. */
  readonly direction: "in" | "out" | "both" | "beside";
  /** The kind of the link; null where it holds the same object. */
  readonly link: string | null;
  /** Its descriptors. */
  readonly fds: readonly number[];
  /** What it waits for there. */
  readonly waits: readonly Wait[];
}

/**
 * Undefined when the process is not in the snapshot.
 * @throws TypeError (ERR_INVALID_ARG_TYPE) for what is no snapshot.
 */
export function tree(snapshot: Snapshot, pid: number): Tree | undefined {
  checkSnapshot(snapshot);
  const around = surroundingsOf(snapshot);
  const process = around.processes.get(pid);
  if (process === undefined) return undefined;
  const holds = snapshot.holds.filter((hold) => hold.pid === pid);
  const waits = snapshot.waits.filter((wait) => wait.pid === pid);
  const uses = snapshot.objects.flatMap((object) => usesOf(object, (one) => one === pid));
  const own = uses.filter(({ seen }) => seen);
  const addresses = new Set([...holds, ...waits, ...own].map(({ object }) => object));
  const [held, waited, used] = [holds, waits, own].map((facts) =>
    groupBy<string, Hold | Wait | Use>(facts, ({ object }) => object),
  );
  const branches = [...addresses].map((address): Branch => {
    const mine = {
      holds: (held?.get(address) ?? []) as readonly Hold[],
      waits: (waited?.get(address) ?? []) as readonly Wait[],
      uses: (used?.get(address) ?? []) as readonly Use[],
    };
    const object = around.objects.get(address) ?? null;
    return { address, object, ...mine, ends: endsOf(around, pid, address, mine.holds) };
  });
  return { process, branches, children: snapshot.processes.filter(({ ppid }) => ppid === pid) };
}

function endsOf(
  around: Surroundings,
  pid: number,
  address: string,
  own: readonly Hold[],
): readonly End[] {
  const beside = endsAt(around, address, (modes) => ({
    direction: besideOf(modesOf(own), modes),
    link: null,
  }));
  const beyond = (around.links.get(address) ?? []).flatMap((link) => {
    const end = link.from === address ? link.to : link.from;
    const way = { direction: wayOf(link, address), link: link.kind };
    return end === address ? [] : endsAt(around, end, () => way);
  });
  return [...beyond, ...beside.filter((end) => end.pid !== pid)];
}

type Way = Pick<End, "direction" | "link">;

/** Each process at an object once, with all its descriptors of it. */
function endsAt(around: Surroundings, address: string, way: (modes: Modes) => Way): End[] {
  const holds = groupBy(around.holds.get(address) ?? [], (hold) => hold.pid);
  const waits = groupBy(around.waits.get(address) ?? [], (wait) => wait.pid);
  const pids = new Set([...holds.keys(), ...waits.keys()]);
  return [...pids].map((pid) => {
    const held = holds.get(pid) ?? [];
    const fds = held.flatMap(({ fd }) => fd ?? []);
    return { pid, address, ...way(modesOf(held)), fds, waits: waits.get(pid) ?? [] };
  });
}

/** What somebody can do with what he holds; both, where that is not known. */
interface Modes {
  readonly reads: boolean;
  readonly writes: boolean;
}

function modesOf(holds: readonly Hold[]): Modes {
  return {
    reads: holds.length === 0 || holds.some(({ mode }) => mode !== "write"),
    writes: holds.length === 0 || holds.some(({ mode }) => mode !== "read"),
  };
}

function besideOf(ours: Modes, theirs: Modes): End["direction"] {
  const comes = ours.reads && theirs.writes;
  const goes = ours.writes && theirs.reads;
  if (comes && goes) return "both";
  if (comes) return "in";
  return goes ? "out" : "beside";
}

function wayOf({ from, direction }: Link, address: string): End["direction"] {
  if (direction === "both") return "both";
  return from === address ? "out" : "in";
}
