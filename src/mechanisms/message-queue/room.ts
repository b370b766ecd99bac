/** The room of message queues, as the command, the map, the doctor and the tests see it. */
import { probeOn } from "../../io/probe.ts";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { everywhere } from "../../io/seeing/everywhere.ts";
import { together, unlessRefused } from "../../io/seeing/together.ts";
import { mqKind } from "./mq-kind.ts";
import { mqLimits } from "./mq-limits.ts";
import { mqProbe } from "./mq-probe.ts";
import { seeMqs } from "./mq-see.ts";
import { sysvMessageQueueKind } from "./sysv-kind.ts";
import { sysvMessageLimits } from "./sysv-limits.ts";
import { SysvMessageQueue } from "./sysv-message-queue.ts";
import { seeSysvMessageQueues } from "./sysv-see.ts";

export const messageQueueRoom: Room = {
  name: "message-queue",
  kinds: [sysvMessageQueueKind, mqKind],
  probe: () => [...probe(), ...mqProbe()],
  limits: () => [...limits(), ...mqLimits()],
  see: (view) => together([seeSysv(view), seePosix(view)]),
};

const seeSysv = unlessRefused("message-queue", everywhere(seeSysvMessageQueues));
const seePosix = everywhere(seeMqs);

/** Tries each thing on a queue of its own, which is gone afterwards. */
function probe(): readonly Probe[] {
  const make = "make a System V message queue (msgget)";
  return probeOn(
    make,
    () => SysvMessageQueue.open(0),
    (queue) => [
      ["send and receive (msgsnd, msgrcv)", () => exchange(queue)],
      ["look without taking (MSG_COPY)", () => queue.peek(0)],
    ],
  );
}

function exchange(queue: SysvMessageQueue): void {
  queue.trySend(1, "");
  queue.tryReceive();
}

function limits(): readonly Limit[] {
  const { queuesMax, queues, queueBytesMax, messageBytesMax } = sysvMessageLimits();
  return [
    {
      what: "System V message queues in this IPC namespace",
      name: "kernel.msgmni",
      unit: "queues",
      limit: queuesMax,
      used: queues,
      raise: "sysctl -w kernel.msgmni=NUMBER",
    },
    {
      what: "bytes in a new System V message queue",
      name: "kernel.msgmnb",
      unit: "bytes",
      limit: queueBytesMax,
      used: null,
      raise: "sysctl -w kernel.msgmnb=BYTES; of one queue: msgctl(IPC_SET)",
    },
    {
      what: "bytes in one System V message",
      name: "kernel.msgmax",
      unit: "bytes",
      limit: messageBytesMax,
      used: null,
      raise: "sysctl -w kernel.msgmax=BYTES",
    },
  ];
}
