/**
 * The names of POSIX shared memory and semaphores: the files of the tmpfs that is mounted on /dev/shm,
 * in our mount namespace and in those of others (shm_overview(7), sem_overview(7)).
 */
import { readdirSync } from "node:fs";
import { nameOf } from "../../sys/errno.ts";
import { close } from "../../sys/fd.ts";
import { AT_FDCWD, openPath, RESOLVE_IN_ROOT, RESOLVE_NO_SYMLINKS } from "../../sys/path.ts";
import type { Mount } from "../../wire/proc/mountinfo.ts";
import type { View } from "../room.ts";
import { fileAt, isNear, type NamedFile } from "./file-at.ts";
import { isDistant, mountsOf } from "./files.ts";
import { deviceKey } from "./kernel-memory.ts";
import { addressIn, namespacesElsewhere } from "./namespaces.ts";
import { oncePerView } from "./once.ts";
import { mountsHere } from "./path-here.ts";

/** Where the C library keeps both. */
export const POSIX_FOLDER = "/dev/shm";

/** A name, and the file it stands for. */
export interface PosixName extends NamedFile {
  readonly kind: "pshm" | "psem";
  /** "pshm:/x", or "@4026532178/pshm:/x" of what has a name in another mount namespace alone. */
  readonly address: string;
  /** "/dev/shm/x", as those who live in that namespace find it. */
  readonly path: string;
  /** The inode number of the mount namespace it is named in; null where that is not known. */
  readonly namespace: number | null;
}

/** All the names. */
export interface PosixMemory {
  /** By fileKey(); of several names of one file the first. */
  readonly names: ReadonlyMap<string, PosixName>;
  /** The devices that are mounted on a /dev/shm somewhere. */
  readonly devices: ReadonlySet<string>;
  /** Folders that could not be listed, by the kernel's word for why. */
  readonly refused: readonly string[];
  /** How many names there are beyond those that are looked at. */
  readonly passedOver: number;
}

/** Looking at a name costs microseconds, and anybody may make a million of them. */
const NAMES_MAX = 65_536;

interface Draft {
  readonly names: Map<string, PosixName>;
  readonly devices: Set<string>;
  readonly refused: string[];
  passedOver: number;
}

/** Every name that can be seen. */
export const posixMemory: (view: View) => PosixMemory = oncePerView((view) => {
  const draft: Draft = { names: new Map(), devices: new Set(), refused: [], passedOver: 0 };
  const own = folderIn(mountsHere(view));
  if (own !== undefined) draft.devices.add(own);
  if (isNear(mountsHere(view), POSIX_FOLDER)) {
    list(view, draft, { path: POSIX_FOLDER, namespace: view.namespaces.mnt, device: own });
  }
  for (const { inode, pids } of namespacesElsewhere(view, "mnt")) {
    elsewhere(view, draft, inode, pids[0] ?? 0);
  }
  return draft;
});

/** One tmpfs may be mounted in many namespaces: it is listed where it is met first. */
function elsewhere(view: View, draft: Draft, namespace: number, pid: number): void {
  const process = view.processes.processes.get(pid);
  const device = process && folderIn(mountsOf(view, process));
  if (device === undefined || draft.devices.has(device)) return;
  const folder = openFolderOf(pid);
  if (folder < 0) {
    noteRefusal(draft, nameOf(folder));
    return;
  }
  draft.devices.add(device);
  try {
    list(view, draft, { path: `/proc/self/fd/${folder}`, namespace, device });
  } finally {
    close(folder);
  }
}

/** Neither a link nor an absolute path leads out of their root. A descriptor, or -errno. */
function openFolderOf(pid: number): number {
  const root = openPath(AT_FDCWD, `/proc/${pid}/root`, { resolve: 0 });
  if (root < 0) return root;
  try {
    const resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS;
    return openPath(root, POSIX_FOLDER, { resolve });
  } finally {
    close(root);
  }
}

/** The device of the tmpfs on /dev/shm, where walking there asks nobody else. */
function folderIn(mounts: readonly Mount[]): string | undefined {
  const folder = mounts.findLast(({ mountPoint }) => mountPoint === POSIX_FOLDER);
  if (folder?.type !== "tmpfs" || mounts.some(isInTheWay)) return undefined;
  // Of whom the root is no mount it is not known on which file system it lies.
  if (!mounts.some(({ mountPoint }) => mountPoint === "/")) return undefined;
  return deviceKey(folder.major, folder.minor);
}

function isInTheWay(mount: Mount): boolean {
  return ["/", "/dev", POSIX_FOLDER].includes(mount.mountPoint) && isDistant(mount);
}

interface Folder {
  readonly path: string;
  readonly namespace: number | null;
  /** What should be mounted there; undefined where nothing is. */
  readonly device: string | undefined;
}

function list(view: View, draft: Draft, { path: folder, namespace, device }: Folder): void {
  for (const name of entriesOf(draft, folder)) {
    if (draft.names.size >= NAMES_MAX) {
      draft.passedOver += 1;
      continue;
    }
    const file = fileAt(`${folder}/${name}`);
    if (file === undefined || draft.names.has(file.key)) continue;
    // Who has changed his root finds something else at that path, and so do we through him.
    if (device !== undefined && deviceKey(file.major, file.minor) !== device) continue;
    const { kind, word } = namedAs(name, file.sizeBytes);
    const address = addressIn(namespace, view.namespaces.mnt, `${kind}:/${word}`);
    draft.names.set(file.key, {
      ...file,
      kind,
      address,
      path: `${POSIX_FOLDER}/${name}`,
      namespace,
    });
  }
}

function entriesOf(draft: Draft, folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    noteRefusal(draft, (error as NodeJS.ErrnoException).code);
    return [];
  }
}

/** Without the folder there is nothing of the kind, and who has ended meanwhile has none. */
function noteRefusal(draft: Draft, code: string | undefined): void {
  if (code !== "ENOENT" && code !== "ESRCH") draft.refused.push(code ?? "UNKNOWN");
}

/** sizeof(sem_t) of 64-bit and of 32-bit C libraries, glibc and musl alike. */
const semaphoreSizes: ReadonlySet<number> = new Set([32, 16]);

/** sem_open(3) puts "sem." before the name; what has another size is memory that is called so. */
function namedAs(
  name: string,
  sizeBytes: number,
): { readonly kind: "pshm" | "psem"; readonly word: string } {
  const isSemaphore = name.startsWith("sem.") && name.length > 4 && semaphoreSizes.has(sizeBytes);
  return isSemaphore ? { kind: "psem", word: name.slice(4) } : { kind: "pshm", word: name };
}
