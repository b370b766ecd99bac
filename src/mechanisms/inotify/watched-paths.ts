/**
 * The paths of what is watched, by the file handles in fdinfo: on file systems of this kernel that are
 * mounted where we see them, and without a watcher noticing (native/engines/handle.c).
 */
import { groupBy } from "../../io/group-by.ts";
import type { View } from "../../io/room.ts";
import type { Gap } from "../../io/schema.ts";
import { isDistant } from "../../io/seeing/files.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import { openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { nameOf } from "../../sys/errno.ts";
import { HANDLES_MAX, pathsOfHandles } from "../../sys/handle.ts";
import { ownMountinfo } from "../../sys/host.ts";
import { deviceOf } from "../../wire/proc/fdinfo/device.ts";
import { decodeFanotify } from "../../wire/proc/fdinfo/fanotify.ts";
import type { FileHandle } from "../../wire/proc/fdinfo/file-handle.ts";
import { decodeInotify } from "../../wire/proc/fdinfo/inotify.ts";
import { decodeMountinfo, type Mount } from "../../wire/proc/mountinfo.ts";

/** What is watched: an inode of a device, in the kernel's numbers. */
export interface Watched {
  readonly inode: bigint;
  readonly device: number;
  readonly handle: FileHandle | undefined;
}

/** A path; else why there is none: the kernel's answer, or a word of ours. */
export type WatchedPath = { readonly path: string } | { readonly reason: string };

/** Of one instance and of all together: editors watch tens of thousands. */
const PATHS_OF_ONE_MAX = 64;
const PATHS_MAX = 1024;

/** The path of what is watched, where it was asked for and told. */
export function pathOf(view: View, watched: Watched): WatchedPath {
  return paths(view).get(keyOf(watched)) ?? { reason: "too-many" };
}

function keyOf({ inode, device }: Watched): string {
  return `${device}:${inode}`;
}

const paths = oncePerView((view) => {
  const wanted = new Map<string, Watched>();
  for (const watched of everything(view)) {
    if (wanted.size < PATHS_MAX) wanted.set(keyOf(watched), watched);
  }
  const found = new Map<string, WatchedPath>();
  for (const [device, some] of groupBy(wanted.values(), (one) => one.device)) {
    findAll(device, some, found);
  }
  return found;
});

function everything(view: View): readonly Watched[] {
  const watches = openDescriptions(view, "inotify").flatMap(({ info }) =>
    decodeInotify(info).slice(0, PATHS_OF_ONE_MAX),
  );
  const marks = openDescriptions(view, "fanotify").flatMap(({ info }) =>
    (decodeFanotify(info)?.marks ?? []).slice(0, PATHS_OF_ONE_MAX),
  );
  return [...watches, ...marks.flatMap(({ target }) => (target.what === "inode" ? [target] : []))];
}

/** Something watched that can be looked up. */
type Findable = Watched & { readonly handle: FileHandle };

function isFindable(one: Watched): one is Findable {
  return one.handle !== undefined;
}

function findAll(device: number, all: readonly Watched[], found: Map<string, WatchedPath>): void {
  for (const one of all) found.set(keyOf(one), { reason: "no-handle" });
  const findable = all.filter(isFindable);
  const mount = mountOn(device);
  for (let at = 0; at < findable.length; at += HANDLES_MAX) {
    const some = findable.slice(at, at + HANDLES_MAX);
    const answers = typeof mount === "string" ? [] : pathsOfHandles(mount, some.map(handleOf));
    for (const [index, one] of some.entries()) {
      const reason = typeof mount === "string" ? mount : "EIO";
      found.set(keyOf(one), pathIn(answers[index]) ?? { reason });
    }
  }
}

function handleOf({ handle }: Findable): FileHandle {
  return handle;
}

function pathIn(answer: string | number | undefined): WatchedPath | undefined {
  if (answer === undefined) return undefined;
  if (typeof answer === "string") return { path: answer };
  return { reason: nameOf(answer) ?? String(answer) };
}

/** The mount to look under: of all of the file system, and reached without asking another machine. */
function mountOn(device: number): Mount | "not-mounted" | "distant" {
  const { major, minor } = deviceOf(device);
  const mounts = ownMounts();
  const of = mounts.filter((mount) => mount.major === major && mount.minor === minor);
  if (of.some(isDistant)) return "distant";
  const local = of.filter((mount) => !isBehindDistant(mount, mounts));
  return local.find(({ root }) => root === "/") ?? local[0] ?? "not-mounted";
}

function isBehindDistant({ mountPoint }: Mount, mounts: readonly Mount[]): boolean {
  return mounts.some((mount) => isDistant(mount) && mountPoint.startsWith(`${mount.mountPoint}/`));
}

function ownMounts(): readonly Mount[] {
  return decodeMountinfo(ownMountinfo() ?? new Uint8Array());
}

/** Where a mount is, or the mounts of a device are, as far as this process sees them. */
export function mountPointsOf(
  place: { readonly mountId: number } | { readonly device: number },
): readonly string[] {
  const of = ownMounts().filter((mount) => {
    if ("mountId" in place) return mount.id === place.mountId;
    const { major, minor } = deviceOf(place.device);
    return mount.major === major && mount.minor === minor;
  });
  return of.map(({ mountPoint }) => mountPoint).slice(0, MOUNT_POINTS_MAX);
}

/** A file system may be mounted in thousands of places. */
const MOUNT_POINTS_MAX = 8;

/** One gap a reason: how many files have no path here, and the way out. */
export function pathGaps(view: View): readonly Gap[] {
  const counts = new Map<string, number>();
  for (const found of paths(view).values()) {
    if (!("reason" in found) || !refusals.has(found.reason)) continue;
    counts.set(found.reason, (counts.get(found.reason) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => {
    const text = `The paths of ${count} watched files were not told (${reason}); run as root.`;
    return { what: "paths", reason, count, text };
  });
}

/** Those that more rights would help. */
const refusals: ReadonlySet<string> = new Set(["EPERM", "EACCES"]);

/** The path of one watched file, or null and why not. */
export function pathDetails(found: WatchedPath): {
  readonly path: string | null;
  readonly pathUnknown?: string;
} {
  if ("path" in found) return found;
  return { path: null, pathUnknown: inWords(found.reason) };
}

function inWords(reason: string): string {
  switch (reason) {
    case "too-many":
      return `only the first ${PATHS_OF_ONE_MAX} of an instance, ${PATHS_MAX} in all, are looked up`;
    case "no-handle":
      return "its file system gives no handles";
    case "not-mounted":
      return "its file system is not mounted here";
    case "distant":
      return "its file system asks another machine or process, which may not answer";
    default:
      return `open_by_handle_at(2) ${reason}`;
  }
}
