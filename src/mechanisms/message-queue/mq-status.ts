/** What the kernel tells about one POSIX message queue. */
import { constants, fstatSync, openSync, readFileSync, readSync, type Stats } from "node:fs";
import { Descriptor } from "../../io/descriptor.ts";
import { mqGetattr } from "../../sys/mq.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import { decodeMqueue } from "../../wire/proc/mqueue.ts";
import { bytesOf, textOf } from "../../wire/proc/text.ts";

/** A queue, as far as it may be read. */
export interface MqStatus {
  /** Without the slash; a byte that is no UTF-8 is U+FFFD. */
  readonly name: string;
  /** The same in bytes. */
  readonly nameBytes: Uint8Array;
  /** Its number in the file system of its IPC namespace. */
  readonly inode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** When it was made, or a message was last sent or received. */
  readonly usedAt: Date;
  /** True for one that was unlinked, and is gone with the last who has it open. */
  readonly removed: boolean;
  /** What is in it; or why that may not be read: "EACCES". */
  readonly contents: MqContents | string;
}

/** What is in a queue, and what may be. */
export interface MqContents {
  readonly messages: number;
  readonly messagesMax: number;
  /** Of one message. */
  readonly messageBytesMax: number;
  /** Of all messages together. */
  readonly bytes: number;
  readonly notification: MqNotification | undefined;
}

/** Somebody is told of the next message in the empty queue. @see mq_notify(3) */
export interface MqNotification {
  readonly by: "signal" | "thread" | "nothing";
  /** The number of the signal; null where it is none. */
  readonly signal: number | null;
  /** Null: a process of another PID namespace. */
  readonly pid: number | null;
}

/** A queue's file, without waiting for anything. */
export const LOOK: number = constants.O_RDONLY | constants.O_NONBLOCK;

/** The address of a queue; one that has no name, or none that is text, is called by its number. */
export function addressOf({ name, nameBytes, inode, removed }: MqStatus): string {
  const named = !removed && Buffer.from(bytesOf(name)).equals(nameBytes);
  return named ? `mq:/${name}` : numberAddress(inode);
}

/** "mq:12345", which is an alias of every queue. */
export function numberAddress(inode: number): string {
  return `mq:${inode}`;
}

/** Where on which file system an open queue is. */
export interface MqPlace {
  readonly device: number;
  readonly mountId: number | undefined;
}

/** The place of a queue that is open here. */
export function placeOf({ fd }: Descriptor): MqPlace {
  const { mountId } = fdinfoOf(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"));
  return { device: fstatSync(fd).dev, mountId };
}

/**
 * Whoever closes a queue takes his process off the list of those to be notified (mqueue_flush_file
 * in ipc/mqueue.c). Where that is our own, the queue stays open until the notification has come.
 */
const kept = new Map<string, Descriptor[]>();

/** True for a queue that is open here because of that. */
export function isKept(key: string): boolean {
  return kept.has(key);
}

/** Opens a queue's file, or takes the one that was kept. The errno's name where it is refused. */
export function openQueueFile(path: Buffer | string, key: string): Descriptor | string {
  const [before] = kept.get(key) ?? [];
  if (before !== undefined) return before;
  try {
    return new Descriptor(openSync(path, LOOK), "The message queue");
  } catch (refused) {
    return (refused as NodeJS.ErrnoException).code ?? "EIO";
  }
}

/** Reads an open queue and closes it. The errno's name, or EBADMSG, where it is none. */
export function takeContents(queue: Descriptor, key: string): MqContents | string {
  const contents = contentsOf(queue);
  const open = new Set([queue, ...(kept.get(key) ?? [])]);
  if (typeof contents !== "string" && contents.notification?.pid === process.pid) {
    kept.set(key, [...open]);
  } else {
    kept.delete(key);
    for (const one of open) one.close();
  }
  return contents;
}

/** The text of a queue is shorter. */
const TEXT_MAX = 256;

function contentsOf({ fd }: Descriptor): MqContents | string {
  const attributes = mqGetattr(fd);
  if (typeof attributes === "number") return "EBADF";
  const memory = Buffer.alloc(TEXT_MAX);
  const text = decodeMqueue(memory.subarray(0, readSync(fd, memory, 0, TEXT_MAX, 0)));
  if (text === undefined) return "EBADMSG";
  const { notify, signo, notifyPid } = text;
  const notified = notify !== 0 || signo !== 0 || notifyPid !== 0;
  return {
    messages: attributes.mq_curmsgs,
    messagesMax: attributes.mq_maxmsg,
    messageBytesMax: attributes.mq_msgsize,
    bytes: text.qsize,
    notification: notified
      ? {
          by: ways[notify] ?? "nothing",
          signal: signo === 0 ? null : signo,
          pid: notifyPid === 0 ? null : notifyPid,
        }
      : undefined,
  };
}

/** SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD: include/uapi/asm-generic/siginfo.h. */
const ways: readonly MqNotification["by"][] = ["signal", "nothing", "thread"];

/** Everything of a queue, from what is known of its file. */
export function statusOf(
  nameBytes: Uint8Array,
  { ino, uid, gid, mode, mtime }: Stats,
  contents: MqContents | string,
  removed: boolean = false,
): MqStatus {
  const owner = { uid, gid, mode: mode & 0o777 };
  const name = textOf(nameBytes);
  return { name, nameBytes, inode: ino, ...owner, usedAt: mtime, removed, contents };
}
