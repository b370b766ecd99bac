/** Every POSIX message queue of the IPC namespace where the calls look; nothing is changed by it. */
import { constants, fstatSync, openSync, readFileSync } from "node:fs";
import { Descriptor } from "../../io/descriptor.ts";
import type { Sight, View } from "../../io/room.ts";
import type { Finding, Gap, Hold, ObjectRecord, Unknown, Wait } from "../../io/schema.ts";
import { holdOf } from "../../io/seeing/descriptors.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import { fdinfoOf } from "../../wire/proc/fdinfo.ts";
import type { Descriptor as OpenDescriptor } from "../../wire/proc/process-table.ts";
import { findingOf, isFull, type MqFacts } from "./mq-findings.ts";
import { keyOf, type MqFolder, readFolder, readNames } from "./mq-folder.ts";
import { heldNames, nameIn, type QueueHeld, queueHolders } from "./mq-holders.ts";
import {
  addressOf,
  type MqContents,
  type MqStatus,
  numberAddress,
  openQueueFile,
  statusOf,
  takeContents,
} from "./mq-status.ts";
import { queueWaits } from "./mq-waits.ts";

/** Objects, holds, waits and findings of the kind "mq". */
export function seeMqs(view: View, all: View): Sight {
  const listed = readFolder(view === all);
  if (listed === "ENODEV") return nothing; // a kernel without POSIX message queues
  const folder = typeof listed === "string" ? readNames(namesFor(view, all)) : listed;
  const seen = seenIn(view, all, folder);
  const addresses = new Map<OpenDescriptor, string>();
  for (const { status, holders } of seen) {
    const address = addressOf(status);
    for (const { descriptor } of holders) addresses.set(descriptor, address);
  }
  const waits = queueWaits(all, addresses);
  const told = seen.map((one) => tell(view, all, { ...one, waits, source: folder.source }));
  return {
    objects: told.map(({ object }) => object),
    holds: told.flatMap(({ holds }) => holds),
    waits,
    links: [],
    findings: told.flatMap(({ found }) => found ?? []),
    gaps: [
      ...gapOfFolder(listed, folder, view === all),
      ...gapsOfContents(seen.map(({ status }) => status)),
    ],
  };
}

const nothing: Sight = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };

/** Elsewhere a name opens another queue than it would here, and is not tried. */
function namesFor(view: View, all: View): readonly string[] {
  return view === all ? heldNames(view, all) : [];
}

/** A queue, and the descriptors that are open on it. */
interface Seen {
  readonly status: MqStatus;
  readonly holders: readonly QueueHeld[];
}

function seenIn(view: View, all: View, { queues, place }: MqFolder): readonly Seen[] {
  if (place === undefined) return [];
  const holders = queueHolders(view, all, place, queues);
  const known = new Set(queues.map(({ inode }) => inode));
  const named = queues.map((status) => ({ status, holders: holders.get(status.inode) ?? [] }));
  const byName = named.sort((a, b) => (a.status.name < b.status.name ? -1 : 1));
  const removed = [...holders].flatMap(([inode, held]) => {
    const status = known.has(inode) ? undefined : unlinkedStatus(inode, held);
    return status === undefined ? [] : [{ status, holders: held }];
  });
  return [...byName, ...removed];
}

/** Through so many of those who have it open an unlinked queue is tried to be read. */
const TRIED_MAX = 4;

function unlinkedStatus(inode: number, holders: readonly QueueHeld[]): MqStatus | undefined {
  for (const held of holders.slice(0, TRIED_MAX)) {
    try {
      const status = readHeld(inode, held);
      if (status !== undefined) return status;
    } catch {} // closed or ended meanwhile: the next one may have it still
  }
  return undefined;
}

/** Opens nothing by itself: the number may be another file's by now. */
const O_PATH = 0o10000000;

function readHeld(
  inode: number,
  { process, descriptor, mountId }: QueueHeld,
): MqStatus | undefined {
  const path = `/proc/${process.pid}/fd/${descriptor.fd}`;
  using file = new Descriptor(openSync(path, O_PATH | constants.O_RDONLY), "The message queue");
  const now = fdinfoOf(readFileSync(`/proc/self/fdinfo/${file.fd}`, "latin1"));
  if (now.mountId !== mountId || now.inode !== inode) return undefined;
  const status = fstatSync(file.fd);
  const key = keyOf(status.dev, inode);
  const queue = openQueueFile(`/proc/self/fd/${file.fd}`, key);
  const contents = typeof queue === "string" ? queue : takeContents(queue, key);
  return statusOf(Buffer.from(nameIn(descriptor.target).name), status, contents, true);
}

/** A queue with all that is needed to tell of it. */
interface Telling extends Seen {
  readonly waits: readonly Wait[];
  readonly source: string;
}

interface Told {
  readonly object: ObjectRecord;
  readonly holds: readonly Hold[];
  readonly found: Finding | undefined;
}

function tell(view: View, all: View, { status, holders, waits, source }: Telling): Told {
  const address = addressOf(status);
  const holds = holders.map((held) => holdOf(held, address));
  const ours = waits.filter((wait) => wait.object === address);
  const { contents } = status;
  const common = { status, holds, waits: ours, processes: all.processes.processes };
  const facts: MqFacts | undefined =
    typeof contents === "string"
      ? undefined
      : { ...common, contents, everybodySeen: isEverybodySeen(view, all), nowMs: Date.now() };
  const found = facts && findingOf(facts);
  return { object: objectOf(view, status, source, flagsOf(status, ours, found)), holds, found };
}

/** Whose descriptors could not be read. */
const unread = oncePerView((all) => {
  const processes = [...all.processes.processes.values()];
  return processes.filter(({ descriptors, state }) => descriptors === undefined && state !== "Z");
});

/** Whether the descriptors of all who live in the namespace, or may, were read. */
function isEverybodySeen(view: View, all: View): boolean {
  return unread(all).every(({ namespaces }) => {
    const lives = namespaces.get("ipc");
    return lives !== undefined && lives !== view.namespaces.ipc;
  });
}

function objectOf(
  view: View,
  status: MqStatus,
  source: string,
  flags: readonly string[],
): ObjectRecord {
  const { inode, uid, gid, mode, usedAt, contents } = status;
  const address = addressOf(status);
  const number = numberAddress(inode);
  return {
    address,
    aliases: address === number ? [] : [number],
    kind: "mq",
    title: "POSIX message queue",
    namespace: view.namespaces.ipc,
    uid,
    gid,
    mode,
    ...fillOf(contents),
    changedAt: usedAt.toISOString(),
    flags,
    details: detailsOf(status),
    unknown: unknownOf(contents),
    source: [source, "mq_getattr", "/proc/PID/fd", "/proc/PID/task/TID/syscall"],
  };
}

function fillOf(contents: MqContents | string): Pick<ObjectRecord, "used" | "limit"> {
  if (typeof contents === "string") return { used: {}, limit: {} };
  const { messages, messagesMax, bytes } = contents;
  return { used: { messages, bytes }, limit: { messages: messagesMax } };
}

function detailsOf({ name, inode, contents }: MqStatus): ObjectRecord["details"] {
  const common = { name: `/${name}`, inode };
  if (typeof contents === "string") return { ...common, messageBytesMax: null };
  const { notification, messageBytesMax } = contents;
  if (notification === undefined) return { ...common, messageBytesMax, notified: null };
  const { by, signal, pid } = notification;
  return { ...common, messageBytesMax, notified: by, notifiedSignal: signal, subscriberPid: pid };
}

function unknownOf(contents: MqContents | string): Unknown {
  if (typeof contents === "string") {
    const names = ["messages", "bytes", "messageBytesMax", "notified"];
    return Object.fromEntries(names.map((name) => [name, contents]));
  }
  const { notification } = contents;
  const strange = notification !== undefined && notification.pid === null;
  return strange ? { subscriberPid: "of another PID namespace" } : {};
}

function flagsOf(
  { contents, removed }: MqStatus,
  waits: readonly Wait[],
  found: Finding | undefined,
): readonly string[] {
  const sending = waits.some(({ operation }) => operation === "send");
  const full = sending || (typeof contents !== "string" && isFull(contents));
  const stuck = found?.severity === "error";
  return [...(full ? ["full"] : []), ...(stuck ? ["stuck"] : []), ...(removed ? ["removed"] : [])];
}

function gapOfFolder(
  listed: MqFolder | string,
  { truncated, queues }: MqFolder,
  isOwn: boolean,
): Gap[] {
  if (typeof listed === "string") {
    const text = isOwn ? notMounted(listed, queues.length) : notThere(listed);
    return [{ what: "queues", reason: listed, count: null, text }];
  }
  if (!truncated) return [];
  const text = `There are more POSIX message queues than the ${queues.length} that are shown.`;
  return [{ what: "queues", reason: "truncated", count: null, text }];
}

function notMounted(reason: string, shown: number): string {
  if (reason === "ENOENT") {
    return "The POSIX message queues could not be listed (ENOENT); mount -t proc proc /proc.";
  }
  const how = shown === 0 ? "not shown" : "shown only as far as they are held";
  return (
    `The POSIX message queues are ${how} (${reason}), since /dev/mqueue is not mounted; ` +
    "run as root, or mount -t mqueue none /dev/mqueue."
  );
}

function notThere(reason: string): string {
  return `The POSIX message queues of another IPC namespace are not shown (${reason}); run as root.`;
}

/** One gap a reason, however many queues it concerns. */
function gapsOfContents(queues: readonly MqStatus[]): Gap[] {
  const reasons = queues.flatMap(({ contents }) => (typeof contents === "string" ? contents : []));
  return [...new Set(reasons)].map((reason) => {
    const count = reasons.filter((other) => other === reason).length;
    const which = count === 1 ? "1 POSIX message queue" : `${count} POSIX message queues`;
    const out = reason === "EACCES" ? "; run as the owner or as root" : "";
    const text = `How much is in ${which} is not readable (${reason})${out}.`;
    return { what: "queues", reason, count, text };
  });
}
