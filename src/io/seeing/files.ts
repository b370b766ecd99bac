/**
 * What is behind a descriptor that has a path: which file of which device, and of which type. A path
 * alone never says: matching goes by device and inode.
 *
 * Nothing here waits for a file system that may not answer. Where a file lies is known from
 * /proc/PID/fdinfo and mountinfo; only what lies on a file system of this kernel is looked at, with
 * AT_STATX_DONT_SYNC, through the link of the process that has it open.
 */
import { readFileSync } from "node:fs";
import { type FileStatus, statxDescriptor } from "../../sys/statx.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import { decodeMountinfo, type Mount } from "../../wire/proc/mountinfo.ts";
import type { Process } from "../../wire/proc/process-table.ts";
import type { View } from "../room.ts";
import type { Held } from "./descriptors.ts";
import { oncePerView } from "./once.ts";

/** A file, whatever its name. */
export interface OpenFile extends FileStatus {
  /** "0:42:2": major and minor number of the device, and the inode. The same as fileKey() gives. */
  readonly key: string;
  /** The file system's type, "tmpfs"; undefined for what no mount table shows. */
  readonly fileSystem: string | undefined;
}

/** The identity of a file, for a Map. */
export function fileKey(major: number, minor: number, inode: number | bigint): string {
  return `${major}:${minor}:${inode}`;
}

/** File systems that ask somebody else, who may be gone: a path on them is never walked. */
const distant =
  /^(?:nfs4?|cifs|smb3?|smbfs|9p|ceph|afs|coda|ncpfs|ncp|gfs2?|ocfs2|lustre|orangefs|beegfs|autofs|virtiofs|gpfs|fuse.*)$/;

/** True for a file system that may make us wait for another machine or process. */
export function isDistant({ type }: Mount): boolean {
  return distant.test(type);
}

/** The mounts that a process of each mount namespace sees, by the namespace's inode. */
const tables = oncePerView(() => new Map<number, readonly Mount[]>());
const byId = oncePerView(() => new Map<number, Mount>());

/** The mounts in the mount namespace of a process; none where they may not be read. */
export function mountsOf(view: View, process: Process): readonly Mount[] {
  const namespace = process.namespaces.get("mnt");
  const known = namespace === undefined ? undefined : tables(view).get(namespace);
  if (known !== undefined) return known;
  const mounts = readMounts(process.pid);
  // Of a process whose root is elsewhere in the same namespace only some are shown: keep asking.
  if (namespace !== undefined && mounts.length > 0) tables(view).set(namespace, mounts);
  for (const mount of mounts) byId(view).set(mount.id, mount);
  return mounts;
}

function readMounts(pid: number): readonly Mount[] {
  try {
    return decodeMountinfo(readFileSync(`/proc/${pid}/mountinfo`));
  } catch {
    return [];
  }
}

/** The mount that a descriptor with a path was opened on; undefined where no table has it. */
export function mountOf(view: View, { process, descriptor }: Held): Mount | undefined {
  const { mountId } = fdinfoOf(descriptor.info ?? "");
  if (mountId === undefined) return undefined;
  mountsOf(view, process);
  return byId(view).get(mountId);
}

/** Inodes without a mount that anybody sees: the kernel's own, which never make us wait. */
const internal = /^\/(?:memfd:.*|SYSV[\da-f]{8}|dev\/zero|anon_hugepage|secretmem) \(deleted\)$/s;

/** Undefined where it may not be looked at, lies on a distant file system, or has gone meanwhile. */
export function openFileOf(view: View, held: Held): OpenFile | undefined {
  const { process, descriptor } = held;
  const mount = mountOf(view, held);
  if (mount === undefined ? !internal.test(descriptor.target) : isDistant(mount)) return undefined;
  const status = statxDescriptor(process.pid, descriptor.fd);
  if (status === undefined) return undefined;
  const { inode } = fdinfoOf(descriptor.info ?? "");
  // Another process may have the number by now, or this one another file at that descriptor.
  if (inode !== undefined && inode !== status.inode) return undefined;
  const { major, minor } = status;
  return { ...status, key: fileKey(major, minor, status.inode), fileSystem: mount?.type };
}
