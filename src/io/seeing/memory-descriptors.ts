/** Who has memory open, told without asking the file system for each of the descriptors. */
import type { View } from "../room.ts";
import { descriptorsOfKind, type Held } from "./descriptors.ts";
import { mountOf, type OpenFile, openFileOf } from "./files.ts";
import { deviceKey, isKernelMemory } from "./kernel-memory.ts";
import { oncePerView } from "./once.ts";

/** A descriptor of what memfd_create(2) made. */
export interface HeldMemfd {
  readonly held: Held;
  readonly file: OpenFile;
}

/** A descriptor of a file with a path. */
export interface HeldFile {
  readonly held: Held;
  /** As fileKey() gives it. */
  readonly key: string;
}

/** The descriptors that show such a name and lie in the kernel's own memory. */
export const memfdsHeld: (view: View) => readonly HeldMemfd[] = oncePerView((view) => {
  const files = new Map<string, OpenFile | undefined>();
  return descriptorsOfKind(view, "memfd").flatMap((held) => {
    const file = openedOnce(view, held, files);
    return file !== undefined && isKernelMemory(file.major, file.minor) ? [{ held, file }] : [];
  });
});

/** Many may have the same file open, and one answer does for all of them. */
function openedOnce(
  view: View,
  held: Held,
  files: Map<string, OpenFile | undefined>,
): OpenFile | undefined {
  const { info = "" } = held.descriptor;
  const inode = numberIn(info, "ino:\t");
  if (inode === undefined) return openFileOf(view, held);
  const key = `${numberIn(info, "mnt_id:\t")} ${inode}`;
  const known = files.get(key);
  if (known !== undefined || files.has(key)) return known;
  const file = openFileOf(view, held);
  files.set(key, file);
  return file;
}

/** The descriptors of these files. */
export function filesHeld(view: View, wanted: ReadonlyMap<string, unknown>): readonly HeldFile[] {
  const devices = new Set([...wanted.keys()].map((key) => key.slice(0, key.lastIndexOf(":"))));
  const mounts = new Map<string, string | undefined>();
  const found: HeldFile[] = [];
  for (const kind of ["file", "deleted", "memfd"]) {
    for (const held of descriptorsOfKind(view, kind)) {
      const device = mountedDevice(view, held, mounts);
      if (device === undefined || !devices.has(device)) continue;
      const key = keyOf(view, held, device);
      if (key !== undefined && wanted.has(key)) found.push({ held, key });
    }
  }
  return found;
}

/** The device that a descriptor's mount shows, by the mount's number. */
function mountedDevice(
  view: View,
  held: Held,
  mounts: Map<string, string | undefined>,
): string | undefined {
  const id = numberIn(held.descriptor.info ?? "", "mnt_id:\t");
  if (id === undefined) return undefined;
  const known = mounts.get(id);
  if (known !== undefined || mounts.has(id)) return known;
  const mount = mountOf(view, held);
  const device = mount && deviceKey(mount.major, mount.minor);
  mounts.set(id, device);
  return device;
}

/** Kernels before 5.14 do not show the inode's number there. */
function keyOf(view: View, held: Held, device: string): string | undefined {
  const inode = numberIn(held.descriptor.info ?? "", "ino:\t");
  return inode === undefined ? openFileOf(view, held)?.key : `${device}:${inode}`;
}

/** The digits behind a field's name in fdinfo: several times as fast as an expression. */
function numberIn(info: string, name: string): string | undefined {
  const at = info.indexOf(`\n${name}`);
  if (at < 0) return undefined;
  const start = at + 1 + name.length;
  const end = info.indexOf("\n", start);
  return end < 0 ? undefined : info.slice(start, end);
}
