/**
 * Whether the path of a descriptor names the same file for us. This is told from the mount tables
 * alone: no path is walked, since a file system in its way may not answer.
 */

import { ownMountinfo } from "../../sys/host.ts";
import { decodeMountinfo, type Mount } from "../../wire/proc/mountinfo.ts";
import type { View } from "../room.ts";
import type { Held } from "./descriptors.ts";
import { mountOf } from "./files.ts";
import { oncePerView } from "./once.ts";

/** Our own mounts. */
export const mountsHere: (view: View) => readonly Mount[] = oncePerView(() =>
  decodeMountinfo(ownMountinfo() ?? new Uint8Array()),
);

/** Where the file behind a descriptor is found in our mount namespace; undefined if it is not. */
export function pathHere(view: View, held: Held): string | undefined {
  const { kind, target } = held.descriptor;
  if (kind === "deleted" || !target.startsWith("/")) return undefined;
  const theirs = mountOf(view, held);
  const mounts = mountsHere(view);
  // The mount point in their table is seen from their root, and the path from ours.
  const known = mounts.find(({ id }) => id === theirs?.id) ?? theirs;
  return known !== undefined && isSamePlace(mounts, known, target) ? target : undefined;
}

/** True where `path`, which leads over the mount `theirs`, leads to the same place over `mounts`. */
export function isSamePlace(mounts: readonly Mount[], theirs: Mount, path: string): boolean {
  const ours = mountOver(mounts, path);
  if (ours === undefined || ours.major !== theirs.major || ours.minor !== theirs.minor)
    return false;
  const place = placeIn(theirs, path);
  return place !== undefined && place === placeIn(ours, path);
}

/** The mount that a path ends on: the longest mount point, and of several there the uppermost. */
export function mountOver(mounts: readonly Mount[], path: string): Mount | undefined {
  let over: Mount | undefined;
  for (const mount of mounts) {
    const isLonger = mount.mountPoint.length >= (over?.mountPoint.length ?? 0);
    if (isLonger && behind(mount.mountPoint, path) !== undefined) over = mount;
  }
  return over;
}

/** What of the path lies within the file system itself. */
function placeIn(mount: Mount, path: string): string | undefined {
  const rest = behind(mount.mountPoint, path);
  if (rest === undefined) return undefined;
  return mount.root === "/" ? rest : mount.root + rest;
}

/** "/a/b" behind "/a" is "/b"; undefined of what does not begin so. */
function behind(folder: string, path: string): string | undefined {
  if (folder === "/") return path;
  if (path === folder) return "";
  return path.startsWith(`${folder}/`) ? path.slice(folder.length) : undefined;
}
