/**
 * Every room of the package, in the order in which the command lists them. A new mechanism is a new
 * folder and a line here. The types of the contract are given on for the floors above.
 */
import type { Room } from "../io/room.ts";
import { eventRoom } from "./event/room.ts";
import { fifoRoom } from "./fifo/room.ts";
import { fuseRoom } from "./fuse/room.ts";
import { futexRoom } from "./futex/room.ts";
import { inotifyRoom } from "./inotify/room.ts";
import { lockRoom } from "./lock/room.ts";
import { messageQueueRoom } from "./message-queue/room.ts";
import { netlinkRoom } from "./netlink/room.ts";
import { networkSocketRoom } from "./network-socket/room.ts";
import { pipeRoom } from "./pipe/room.ts";
import { processRoom } from "./process/room.ts";
import { semaphoreRoom } from "./semaphore/room.ts";
import { sharedMemoryRoom } from "./shared-memory/room.ts";
import { unixSocketRoom } from "./unix-socket/room.ts";

export type {
  Kind,
  Limit,
  Option,
  Options,
  PartAddress,
  Probe,
  Received,
  Room,
  Verb,
} from "../io/room.ts";

export const rooms: readonly Room[] = [
  messageQueueRoom,
  sharedMemoryRoom,
  semaphoreRoom,
  pipeRoom,
  fifoRoom,
  unixSocketRoom,
  networkSocketRoom,
  netlinkRoom,
  eventRoom,
  processRoom,
  inotifyRoom,
  lockRoom,
  futexRoom,
  fuseRoom,
];
