/** Looking into the namespaces of others: their doors, and what is opened behind them. */
import { constants, fstatSync, openSync, readFileSync } from "node:fs";
import * as sys from "../../sys/abroad.ts";
import { SystemError } from "../../sys/errors.ts";
import { Descriptor } from "../descriptor.ts";
import type { Elsewhere } from "./namespaces.ts";

/** The kinds of namespace that one thread can enter for itself. */
export type Enterable = "ipc" | "net";

const types: Readonly<Record<Enterable, number>> = {
  ipc: sys.CLONE_NEWIPC,
  net: sys.CLONE_NEWNET,
};

/** Where to open something: here, or behind an open door. */
export interface Place {
  readonly name: Enterable;
  /** Undefined: where the calls look now, which is here unless within stayIn(). */
  readonly door: Descriptor | undefined;
}

/**
 * Opens the file of a namespace through one of those who live there. Undefined where none of them
 * lets us, or has it any more: they may have ended, and their numbers may be others' by now.
 * @throws SystemError EMFILE, ENFILE, ENOMEM
 */
export function openDoor(name: Enterable, { inode, pids }: Elsewhere): Place | undefined {
  for (const pid of pids.slice(0, DOORS_TRIED)) {
    const door = openNamespace(`/proc/${pid}/ns/${name}`);
    if (door === undefined) continue;
    if (fstatSync(door.fd).ino === inode) return { name, door };
    door.close();
  }
  return undefined;
}

/** So many of those who live there are asked: where the first are refused, the others are too. */
const DOORS_TRIED = 8;

function openNamespace(path: string): Descriptor | undefined {
  try {
    return new Descriptor(openSync(path, constants.O_RDONLY), `The namespace ${path}`);
  } catch (refused) {
    const { code, errno } = refused as NodeJS.ErrnoException;
    if (errno === undefined) throw refused;
    if (closed.has(code ?? "")) return undefined;
    throw new SystemError(errno, "open", { path });
  }
}

/** Gone, or not for us; whatever else is refused is no answer. */
const closed: ReadonlySet<string> = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM"]);

/**
 * Opens a file of /proc that depends on the namespace of who opens it, for reading.
 * @throws SystemError ENOENT, EPERM (setns(2) needs CAP_SYS_ADMIN there and at home), EMFILE, EAGAIN
 */
export function openFileIn(place: Place, path: string): Descriptor {
  const fd = sys.openAbroad(abroad(place), path);
  return owned(fd, `The file ${path}`, "open", path);
}

/** A socket of the network of a place. @throws SystemError as socket(2), and EPERM as above */
export function openSocketIn(
  place: Place,
  domain: number,
  type: number,
  protocol: number,
): Descriptor {
  return owned(sys.socketAbroad(abroad(place), domain, type, protocol), "The socket", "socket");
}

/**
 * The POSIX message queues of an IPC namespace as a directory, read-only, without a mount that
 * anybody sees.
 * @throws SystemError EPERM (CAP_SYS_ADMIN in its user namespace), ENODEV, ENOSYS (before Linux 5.2)
 */
export function openMessageQueuesIn(place: Place): Descriptor {
  return owned(sys.mqueueAbroad(abroad(place)), "The message queues", "fsopen", "mqueue");
}

function abroad({ name, door }: Place): sys.Abroad {
  return { fd: door?.fd ?? -1, type: types[name] };
}

function owned(fd: number, what: string, syscall: string, path?: string): Descriptor {
  if (fd < 0) throw new SystemError(fd, syscall, { path });
  return new Descriptor(fd, what);
}

/**
 * Runs `look` with every call that looks (msgctl, shmctl, semctl, mq_open, openHere …) made in the
 * namespace behind the door. It must not wait for anything: what else runs meanwhile would look there.
 * @throws SystemError EPERM (setns(2) needs CAP_SYS_ADMIN there and at home), EAGAIN, ENOMEM
 */
export function stayIn<Value>(place: Place, look: () => Value): Value {
  if (place.door === undefined) return look();
  const entered = sys.enterAbroad(abroad(place));
  if (entered < 0) throw new SystemError(entered, "setns", { hint: entering });
  try {
    return look();
  } finally {
    sys.leaveAbroad();
  }
}

const entering = "entering a namespace needs CAP_SYS_ADMIN in it and in one's own";

/** The IPC namespace where the calls look now: ours, or the one of stayIn(). */
export const ipcHere: Place = { name: "ipc", door: undefined };

/** The bytes of a file of /proc that tells of the IPC namespace where the calls look now. @throws */
export function readHere(path: string): Uint8Array {
  using file = openFileIn(ipcHere, path);
  return readFileSync(file.fd);
}

/** One POSIX message queue that exists, for reading; the name without its slash. @throws SystemError */
export function openMessageQueueIn(place: Place, name: Uint8Array): Descriptor {
  const fd = sys.queueAbroad(abroad(place), name);
  return owned(fd, "The message queue", "mq_open", `/${Buffer.from(name).toString()}`);
}
