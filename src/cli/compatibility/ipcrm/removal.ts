/** Removing one object by its id or its key, or all of a kind; and what is said when it fails. */
import {
  type ErrorName,
  listSysvMessageQueues,
  listSysvSemaphoreSets,
  listSysvSharedMemory,
  SysvMessageQueue,
  SysvSemaphoreSet,
  SysvSharedMemory,
} from "../../../index.ts";
import { asInt, strtoul } from "../numbers.ts";
import { type Errno, fatal, fatalErrno, type Streams, warn } from "../program.ts";
import { isReadable, refusalOf } from "../refusal.ts";

/** What the program does with a kind of object. */
export interface Kind {
  readonly name: string;
  readonly isMissing: string;
  list(): readonly { readonly id: number }[];
  byId(id: number): Removable;
  byKey(key: number): Removable;
}

interface Removable extends Disposable {
  readonly id: number;
  stat(): unknown;
  remove(): void;
}

/** In the order in which all are removed. */
export const kinds: Readonly<Record<"shm" | "sem" | "msg", Kind>> = {
  shm: {
    name: "shared memory segment",
    isMissing: "kernel not configured for shared memory",
    list: listSysvSharedMemory,
    byId: (id) => SysvSharedMemory.byId(id),
    byKey: (key) => SysvSharedMemory.open(key),
  },
  sem: {
    name: "semaphore",
    isMissing: "kernel not configured for semaphores",
    list: listSysvSemaphoreSets,
    byId: (id) => SysvSemaphoreSet.byId(id),
    byKey: (key) => SysvSemaphoreSet.open(key),
  },
  msg: {
    name: "message queue",
    isMissing: "kernel not configured for message queues",
    list: listSysvMessageQueues,
    byId: (id) => SysvMessageQueue.byId(id),
    byKey: (key) => SysvMessageQueue.open(key),
  },
};

/** How a removal went: whether it failed, and the errno that it leaves behind. */
export interface Outcome {
  readonly failed: boolean;
  readonly errno: Errno;
}

const done: Outcome = { failed: false, errno: "" };

/** Where the complaints go, and whether to say what is done. */
export interface Removing {
  readonly streams: Streams;
  readonly isVerbose: boolean;
}

/** Removes by an id, which was found by a key or was given. @throws what ends the program */
export function removeId(
  kind: Kind,
  id: number,
  by: "id" | "key",
  { streams, isVerbose }: Removing,
): Outcome {
  if (isVerbose) streams.print(`removing ${kind.name} id \`${id}'\n`);
  const errno = refusalOf(() => removeNow(kind, id));
  if (errno === "") return done;
  const complaint = complaintOn(errno, by, "EINVAL");
  if (complaint === undefined) throw fatalErrno(`${by} failed`, errno);
  warn(streams, `${complaint} (${id})`);
  return { failed: true, errno };
}

function removeNow(kind: Kind, id: number): void {
  using object = kind.byId(id);
  object.remove();
}

/** The three kinds of refusal that do not end the program; `absent` is how the call names a miss. */
function complaintOn(
  errno: ErrorName,
  by: "id" | "key",
  absent: "EINVAL" | "ENOENT",
): string | undefined {
  if (errno === "EACCES") return `permission denied for ${by}`;
  if (errno === "EPERM" && absent === "EINVAL") return `permission denied for ${by}`;
  if (errno === "EIDRM") return `already removed ${by}`;
  return errno === absent ? `invalid ${by}` : undefined;
}

/**
 * Removes by a key. An empty one is reported with whatever errno was left by what was done before.
 * @throws what ends the program
 */
export function removeKey(kind: Kind, text: string, errno: Errno, removing: Removing): Outcome {
  const key = keyOrStop(text, errno);
  if (key === 0) {
    warn(removing.streams, `illegal key (${text})`);
    return { failed: true, errno: "" };
  }
  const found = idOf(kind, key);
  if (typeof found === "number") return removeId(kind, found, "key", removing);
  const complaint = complaintOn(found, "key", "ENOENT");
  if (complaint === undefined) throw fatalErrno("key failed", found);
  warn(removing.streams, `${complaint} (${text})`);
  return { failed: true, errno: found };
}

function keyOrStop(text: string, errno: Errno): number {
  const { value, rest, hasDigits, isOutOfRange } = strtoul(text, 0);
  const complaint = `failed to parse argument: '${text}'`;
  const left = isOutOfRange ? "ERANGE" : errno;
  if (left !== "" && (isOutOfRange || text === "")) throw fatalErrno(complaint, left);
  if (!hasDigits || rest !== "") throw fatal(complaint);
  return asInt(value);
}

function idOf(kind: Kind, key: number): number | ErrorName {
  let id = -1;
  const errno = refusalOf(() => {
    using object = kind.byKey(key);
    id = object.id;
  });
  return errno === "" ? id : errno;
}

/**
 * Removes all that this user may read: what it may not, it is not shown. True where one failed.
 * @throws what ends the program
 */
export function removeAll(kind: Kind, removing: Removing): boolean {
  let objects: readonly { readonly id: number }[] = [];
  const errno = refusalOf(() => {
    objects = kind.list();
  });
  if (errno !== "") throw fatal(kind.isMissing);
  const ids = objects.map(({ id }) => id).filter((id) => isReadable(() => kind.byId(id)));
  return ids.map((id) => removeId(kind, id, "id", removing)).some(({ failed }) => failed);
}
