/** A room that sees one IPC namespace sees all of them: ours, and those of others that let us in. */
import { SystemError } from "../../sys/errors.ts";
import type { Sight, View } from "../room.ts";
import type { Gap } from "../schema.ts";
import { openDoor, stayIn } from "./abroad.ts";
import { type Elsewhere, namespacesElsewhere } from "./namespaces.ts";
import { oncePerView } from "./once.ts";
import { sightIn } from "./sight-in.ts";
import { together } from "./together.ts";

/**
 * What a room sees in the IPC namespace where the calls look. `view` is of that namespace: of
 * another one it shows only the processes that live there; `all` is of the whole machine.
 */
export type SeeNamespace = (view: View, all: View) => Sight;

/** More IPC namespaces than these are only counted. */
const NAMESPACES_MAX = 256;

/** So long all rooms together look into the namespaces of others; what is left then is counted. */
const LOOKING_MS = 2000;

/** The room's see(), for all IPC namespaces. */
export function everywhere(see: SeeNamespace): (view: View) => Sight {
  return (view) => {
    const home = see(view, view);
    const others = namespacesElsewhere(view, "ipc");
    if (others.length === 0) return home;
    const { open, gaps } = doors(view);
    const looked = looks(view);
    const begun = performance.now();
    let late = 0;
    const sights = open.flatMap((place) => {
      if (looked.ms + performance.now() - begun < LOOKING_MS) return look(view, place, see) ?? [];
      late += 1;
      return [];
    });
    looked.ms += performance.now() - begun;
    const missing = late === 0 ? [] : [tooMany(late)];
    const seen = gapsJoined([home, ...sights].flatMap((sight) => sight.gaps));
    return { ...together([home, ...sights]), gaps: [...seen, ...gaps, ...missing] };
  };
}

/** How long was looked so far. */
const looks = oncePerView(() => ({ ms: 0 }));

/** Undefined where it has gone meanwhile, or shows nothing of this kind. */
function look(all: View, place: Elsewhere, see: SeeNamespace): Sight | undefined {
  try {
    const seen = enter(place, () => see(viewIn(all, place), all));
    return seen === undefined ? undefined : sightIn(place.inode, seen);
  } catch (refused) {
    if (refused instanceof SystemError) return undefined;
    throw refused;
  }
}

/** Undefined where nobody lives there any more. @throws SystemError where we may not enter */
function enter<Value>(place: Elsewhere, look: () => Value): Value | undefined {
  const entered = openDoor("ipc", place);
  if (entered === undefined) return undefined;
  try {
    return stayIn(entered, look);
  } finally {
    entered.door?.close();
  }
}

function viewIn(all: View, { inode, pids }: Elsewhere): View {
  const { processes } = all.processes;
  const there = pids.flatMap((pid) => {
    const process = processes.get(pid);
    return process === undefined ? [] : [[pid, process] as const];
  });
  return {
    ...all,
    processes: { processes: new Map(there) },
    namespaces: { ...all.namespaces, ipc: inode },
  };
}

/** Which namespaces may be entered: tried once a look, so that every room says the same of it. */
const doors = oncePerView((view) => {
  const others = namespacesElsewhere(view, "ipc");
  const open: Elsewhere[] = [];
  const closed = new Map<string, Elsewhere[]>();
  for (const place of others.slice(0, NAMESPACES_MAX)) {
    const refused = tryDoor(place);
    if (refused === undefined) open.push(place);
    else if (refused !== "vanished") closed.set(refused, [...(closed.get(refused) ?? []), place]);
  }
  const refusals = [...closed].map(([reason, places]) => notEntered(reason, places));
  const more = others.length - NAMESPACES_MAX;
  return { open, gaps: more > 0 ? [...refusals, tooMany(more)] : refusals };
});

function tryDoor(place: Elsewhere): string | undefined {
  try {
    return enter(place, () => true) === true ? undefined : "vanished";
  } catch (refused) {
    if (refused instanceof SystemError) return refused.code;
    throw refused;
  }
}

function notEntered(reason: string, places: readonly Elsewhere[]): Gap {
  const count = places.reduce((sum, { pids }) => sum + pids.length, 0);
  const who = count === 1 ? "1 process lives" : `${count} processes live`;
  const where = namespacesText(places.length);
  const text =
    `${who} in ${where} that may not be entered (${reason}): what is there, and who waits for it, ` +
    "is not shown; run as root, or enter it with nsenter --ipc --target PID.";
  return { what: "namespaces", reason: "other-namespace", count, text };
}

function tooMany(count: number): Gap {
  const text = `${namespacesText(count)} were not looked into: there are more than one look is for.`;
  return { what: "namespaces", reason: "truncated", count, text };
}

function namespacesText(count: number): string {
  return count === 1 ? "another IPC namespace" : `${count} other IPC namespaces`;
}

/** One gap a class: what several namespaces do not show for the same reason is said once. */
function gapsJoined(gaps: readonly Gap[]): Gap[] {
  const classes = new Map<string, Gap[]>();
  for (const gap of gaps) {
    const name = `${gap.what} ${gap.reason}`;
    const others = classes.get(name);
    if (others === undefined) classes.set(name, [gap]);
    else others.push(gap);
  }
  return [...classes.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    const counts = [first, ...others].map(({ count }) => count ?? 0);
    const count = counts.reduce((sum, one) => sum + one, 0);
    const [sentence, places] = [first.text.replace(/\.$/, ""), namespacesText(others.length)];
    return [{ ...first, count, text: `${sentence}; the same is so in ${places}.` }];
  });
}
