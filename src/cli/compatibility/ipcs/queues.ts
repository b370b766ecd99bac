/** Message queues, as ipcs shows them. */
import { SysvMessageQueue, sysvMessageLimits } from "../../../index.ts";
import { row } from "../columns.ts";
import type { Streams } from "../program.ts";
import { refusalOf, unlessRefused } from "../refusal.ts";
import { sizeIn, titleIn, type Unit } from "../sizes.ts";
import { fullTime, shortTime } from "../times.ts";
import {
  creators,
  headOf,
  type Kind,
  keyOf,
  type Listing,
  listed,
  octalOf,
  ownerOf,
  permissionsOf,
  type Section,
  wanted,
} from "./kind.ts";
import { queueLimits } from "./limits.ts";
import { type Queue, queues } from "./records.ts";

/** Message queues. */
export const messageQueues: Kind = { section, details };

function section(asked: Section, unit: Unit): string {
  if (asked === "limits") return unlessRefused(() => limits(unit), noLimits);
  if (asked === "summary") return unlessRefused(() => summary(unit), noSummary);
  return listed(asked === "objects" ? objects(unit) : listings[asked], queues(), unit);
}

const noLimits = "unable to fetch message limits\n";
const noSummary = "kernel not configured for message queues\n";

const wide = [10, 10, 10, 10, 12, 12];

function objects(unit: Unit): Listing<Queue> {
  const size = unit === "human" ? "size" : "used-bytes";
  return { head: headOf("Message Queues", wide, `key msqid owner perms ${size} messages`), rowOf };
}

function rowOf(queue: Queue, unit: Unit): string {
  const size = sizeIn(unit, queue.bytes);
  return row(wide, [
    keyOf(queue),
    queue.id,
    ownerOf(queue),
    permissionsOf(queue),
    unit === "human" ? `${size.padStart(6)}      ` : size,
    String(queue.messages),
  ]);
}

const times = [8, 10, 20, 20, 20];

const listings: Readonly<Record<"creators" | "times" | "pids", Listing<Queue>>> = {
  creators: creators("Message Queues Creators/Owners", "msqid"),
  times: {
    head: headOf("Message Queues Send/Recv/Change Times", times, "msqid owner send recv change"),
    rowOf: (queue) =>
      row(times, [
        queue.id,
        ownerOf(queue),
        shortTime(queue.sent),
        shortTime(queue.received),
        shortTime(queue.changed),
      ]),
  },
  pids: {
    head: headOf("Message Queues PIDs", [10, 10, 10, 10], "msqid owner lspid lrpid"),
    rowOf: pidsOf,
  },
};

/** In the original too these stand beside their columns. */
function pidsOf(queue: Queue): string {
  const [sender, receiver] = [queue.lastSendPid, queue.lastReceivePid].map((pid) =>
    String(pid).padStart(5),
  );
  const begin = `${String(queue.id).padEnd(8)} ${ownerOf(queue).padEnd(10)}`;
  return `${begin}  ${sender}     ${receiver}\n`;
}

function limits(unit: Unit): string {
  const { queues, messageBytes, queueBytes } = queueLimits();
  const asked = unit === "default" ? "bytes" : unit;
  return [
    headOf("Messages Limits"),
    `max queues system wide = ${queues}\n`,
    `${titleIn(asked, "max size of message")}${sizeIn(asked, messageBytes)}\n`,
    `${titleIn(asked, "default max size of queue")}${sizeIn(asked, queueBytes)}\n`,
  ].join("");
}

function summary(unit: Unit): string {
  const { queues, messages, bytes } = sysvMessageLimits();
  const size = `${titleIn(unit, "used space")}${sizeIn(unit, BigInt(bytes))}`;
  return [
    headOf("Messages Status"),
    `allocated queues = ${queues}\n`,
    `used headers = ${messages}\n`,
    unit === "default" ? `${size} bytes\n` : `${size}\n`,
  ].join("");
}

function details(id: number, unit: Unit, streams: Streams): void {
  const queue = wanted(queues(), id, streams);
  if (queue === undefined) return;
  const { uid, gid, creatorUid, creatorGid, mode } = queue;
  const [current, most] = unit === "human" ? ["csize", "qsize"] : ["cbytes", "qbytes"];
  const size = (bytes: bigint): string => sizeIn(unit, bytes);
  const pids = `lspid=${queue.lastSendPid}\tlrpid=${queue.lastReceivePid}`;
  streams.print(`
Message Queue msqid=${id}
uid=${uid}\tgid=${gid}\tcuid=${creatorUid}\tcgid=${creatorGid}\tmode=${octalOf(mode)}
${current}=${size(queue.bytes)}\t${most}=${size(maxBytesOf(queue, id))}\tqnum=${queue.messages}\t${pids}
send_time=${fullTime(queue.sent).padEnd(26)}
rcv_time=${fullTime(queue.received).padEnd(26)}
change_time=${fullTime(queue.changed).padEnd(26)}

`);
}

/** Only who may read the queue learns this; the original prints 0 for everybody else. */
function maxBytesOf(queue: Queue, id: number): bigint {
  let maxBytes = queue.maxBytes ?? 0n;
  if (queue.maxBytes === undefined && id >= 0) {
    refusalOf(() => {
      using handle = SysvMessageQueue.byId(id);
      maxBytes = BigInt(handle.stat().maxBytes);
    });
  }
  return maxBytes;
}
