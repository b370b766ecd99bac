/**
 * The names of the POSIX message queues of the IPC namespace where the calls look. They are a file
 * system, which is looked at without mounting it where we may, else where somebody has mounted it.
 */
import { constants, fstatSync, lstatSync, openSync, readdirSync } from "node:fs";
import { Descriptor } from "../../io/descriptor.ts";
import { ipcHere, openMessageQueueIn, openMessageQueuesIn } from "../../io/seeing/abroad.ts";
import { SystemError } from "../../sys/errors.ts";
import { ownMountinfo } from "../../sys/host.ts";
import { decodeMountinfo, type Mount } from "../../wire/proc/mountinfo.ts";
import {
  isKept,
  type MqPlace,
  type MqStatus,
  openQueueFile,
  placeOf,
  statusOf,
  takeContents,
} from "./mq-status.ts";

/** The queues of one namespace. */
export interface MqFolder {
  readonly queues: readonly MqStatus[];
  /** True where there are more. */
  readonly truncated: boolean;
  /** Where they are; undefined where none was to be opened. */
  readonly place: MqPlace | undefined;
  readonly source: string;
}

/** More queues than these are only counted: each costs a few system calls. */
const QUEUES_MAX = 4096;

/** Reads all queues. The errno's name where there is no way to: "EPERM". */
export function readFolder(isOwn: boolean): MqFolder | string {
  const opened = detached();
  if (typeof opened !== "string") return readIn(opened, "fsopen(mqueue)");
  const mounted = isOwn ? mountedFolder() : undefined;
  return mounted === undefined ? opened : readIn(mounted, "/dev/mqueue");
}

/** Names are read through /proc/self, which is not there where /proc knows nothing of us. */
function readIn(opened: Descriptor, source: string): MqFolder | string {
  using folder = opened;
  try {
    return readNamesIn(folder, source);
  } catch (refused) {
    const { code } = refused as NodeJS.ErrnoException;
    if (code === undefined) throw refused;
    return code;
  }
}

function detached(): Descriptor | string {
  try {
    return openMessageQueuesIn(ipcHere);
  } catch (refused) {
    if (refused instanceof SystemError) return refused.code;
    throw refused;
  }
}

/** A mount of the queues of our namespace; mounts of another one's may be in sight too. */
function mountedFolder(): Descriptor | undefined {
  const mounts = decodeMountinfo(ownMountinfo() ?? new Uint8Array());
  for (const mount of mounts) {
    if (mount.type !== "mqueue" || mount.root !== "/" || isCovered(mounts, mount)) continue;
    const folder = openMount(mount);
    if (folder === undefined) continue;
    if (isOurs(folder)) return folder;
    folder.close();
  }
  return undefined;
}

/** What was mounted over it may be anything, such as a file system that never answers. */
function isCovered(mounts: readonly Mount[], { id, mountPoint }: Mount): boolean {
  const inside = mounts.filter((mount) => {
    const { mountPoint: above } = mount;
    return above === "/" || mountPoint === above || mountPoint.startsWith(`${above}/`);
  });
  return inside.at(-1)?.id !== id;
}

const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NONBLOCK;

function openMount(mount: Mount): Descriptor | undefined {
  try {
    const folder = new Descriptor(openSync(mount.mountPoint, FOLDER), "The message queues");
    if (fstatSync(folder.fd).dev === deviceOf(mount)) return folder;
    folder.close();
  } catch {}
  return undefined;
}

/** As stat(2) gives it: new_encode_dev in include/linux/kdev_t.h. */
export function deviceOf({ major, minor }: Pick<Mount, "major" | "minor">): number {
  return (minor & 0xff) + major * 2 ** 8 + (minor >> 8) * 2 ** 20;
}

/** So many names are tried until one of them says whose they are. */
const TRIED_MAX = 16;

/** What mq_open(3) opens is in our namespace; where it opens none of them, nothing speaks against it. */
function isOurs(folder: Descriptor): boolean {
  const { dev } = fstatSync(folder.fd);
  for (const name of namesIn(folder).slice(0, TRIED_MAX)) {
    const status = lstatSync(pathIn(folder, name), { throwIfNoEntry: false });
    if (status === undefined || isKept(keyOf(dev, status.ino))) continue;
    const found = tryOpen(name);
    if (typeof found !== "string") return found.device === dev;
    if (found === "ENOENT") return false;
  }
  return true;
}

/** Where the queue of this name is, or why that is not known. */
function tryOpen(name: Uint8Array): MqPlace | string {
  const found = readNamed(name);
  return typeof found === "string" ? found : found.place;
}

/** A queue that mq_open(3) opens, and where it is; or why it does not. */
function readNamed(
  name: Uint8Array,
): { readonly queue: MqStatus; readonly place: MqPlace } | string {
  try {
    const opened = openMessageQueueIn(ipcHere, name);
    const [status, place] = [fstatSync(opened.fd), placeOf(opened)];
    const contents = takeContents(opened, keyOf(status.dev, status.ino));
    return { queue: statusOf(name, status, contents), place };
  } catch (refused) {
    if (refused instanceof SystemError) return refused.code;
    throw refused;
  }
}

/** Without any folder: those of these names that may be opened. */
export function readNames(names: readonly string[]): MqFolder {
  const found = names.slice(0, QUEUES_MAX).flatMap((name) => {
    const one = readNamed(Buffer.from(name));
    return typeof one === "string" ? [] : [one];
  });
  const queues = found.map(({ queue }) => queue);
  return { queues, truncated: false, place: found[0]?.place, source: "mq_open" };
}

/** The identity of a queue. */
export function keyOf(device: number, inode: number): string {
  return `${device}:${inode}`;
}

function namesIn({ fd }: Descriptor): Buffer[] {
  return readdirSync(`/proc/self/fd/${fd}`, { encoding: "buffer" });
}

function readNamesIn(folder: Descriptor, source: string): MqFolder {
  const names = namesIn(folder);
  const { dev } = fstatSync(folder.fd);
  const queues = names.slice(0, QUEUES_MAX).flatMap((name) => readQueue(folder, dev, name));
  return { queues, truncated: names.length > QUEUES_MAX, place: placeIn(dev, queues), source };
}

/** None where it has gone meanwhile, or something else was mounted there. */
function readQueue(folder: Descriptor, device: number, name: Buffer): MqStatus[] {
  const path = pathIn(folder, name);
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined || status.dev !== device) return [];
  const key = keyOf(device, status.ino);
  const file = openQueueFile(path, key);
  return [statusOf(name, status, typeof file === "string" ? file : takeContents(file, key))];
}

function pathIn({ fd }: Descriptor, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${fd}/`), name]);
}

/** Who opens a queue by mq_open(3) has it on a mount of the kernel's own, which one of ours shows. */
function placeIn(device: number, queues: readonly MqStatus[]): MqPlace {
  const readable = queues.filter(
    ({ contents }) => typeof contents !== "string" && contents.notification?.pid !== process.pid,
  );
  for (const { nameBytes } of readable.slice(0, TRIED_MAX)) {
    const place = tryOpen(nameBytes);
    if (typeof place !== "string" && place.device === device) return place;
  }
  return { device, mountId: undefined };
}
