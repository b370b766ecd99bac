/** The handle of a System V message queue. */

import type { Handle, SyncWaitOptions, WaitOptions } from "../../io/handle.ts";
import { Lifetime } from "../../io/lifetime.ts";
import { sequence } from "../../io/sequence.ts";
import { checkId, checkKey } from "../../io/sysv/address.ts";
import { openFlags } from "../../io/sysv/options.ts";
import {
  checkOptions,
  checkWaitOptions,
  deadlineOf,
  waitOptionsOf,
} from "../../io/wait-options.ts";
import { waitFor, waitsOver } from "../../io/waiter.ts";
import { errnoOf } from "../../sys/errno.ts";
import { outOfRange, SystemError, wrongType } from "../../sys/errors.ts";
import {
  MSG_COPY,
  MSG_NOERROR,
  msgctl,
  msgget,
  msgrcv,
  msgsnd,
  tryMsgrcv,
  tryMsgsnd,
} from "../../sys/msg.ts";
import type { Region } from "../../sys/region.ts";
import { IPC_RMID, IPC_STAT } from "../../sys/sysv.ts";
import { WAIT_MSGRCV, WAIT_MSGSND } from "../../sys/wait.ts";
import {
  checkType,
  type KernelSelection,
  kernelSelection,
  type Message,
  type MessageType,
  type Selection,
  TEXT_BYTES_MAX,
  textBytes,
} from "./message.ts";
import {
  borrowMemory,
  readInto,
  readText,
  readType,
  returnMemory,
  sharedMemory,
  TEXT_BYTES_FIRST,
  textOf,
  writeText,
  writeType,
} from "./message-memory.ts";
import { handleRefusal, refusal } from "./sysv-errors.ts";
import { messageBytesMax } from "./sysv-limits.ts";
import { checkChange, type SysvMessageQueueOptions } from "./sysv-options.ts";
import {
  type SysvMessageQueueChange,
  type SysvMessageQueueStatus,
  setQueue,
  statQueue,
} from "./sysv-status.ts";

const EAGAIN = -errnoOf("EAGAIN");
const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");
const EUSERS = -errnoOf("EUSERS");
const ENOMSG = -errnoOf("ENOMSG");
const E2BIG = -errnoOf("E2BIG");
const ETIMEDOUT = -errnoOf("ETIMEDOUT");

/**
 * A System V message queue. The queue outlives the process: close() gives up this handle, remove()
 * destroys the queue. Messages have a type; a receiver chooses by it.
 * @see sysvipc(7), msgget(2), msgop(2), msgctl(2)
 */
export class SysvMessageQueue implements Handle {
  /** The kernel's number of the queue in this IPC namespace. */
  readonly id: number;
  readonly #lifetime: Lifetime;

  private constructor(id: number) {
    const lifetime = new Lifetime(
      this,
      () => `The message queue msg:${id}`,
      () => waitsOver(lifetime),
    );
    this.id = id;
    this.#lifetime = lifetime;
  }

  /**
   * Opens the queue of a key, see ftok(). The key is 32 bits, signed or unsigned; 0 (IPC_PRIVATE)
   * always makes a new queue.
   * @throws SystemError ENOENT, EEXIST, EACCES, ENOSPC (kernel.msgmni), ENOMEM; RangeError
   */
  static open(key: number, options?: SysvMessageQueueOptions): SysvMessageQueue {
    checkKey(key);
    const id = msgget(key, openFlags(key, checkOptions(options)));
    if (id < 0) throw refusal(id, "msgget", { key });
    return new SysvMessageQueue(id);
  }

  /**
   * Takes the queue of an id, as ipcs prints it.
   * @throws SystemError EINVAL when there is none; RangeError
   */
  static byId(id: number): SysvMessageQueue {
    checkId(id);
    const answer = msgctl(id, IPC_STAT, sharedMemory(0));
    if (answer === EINVAL || answer === EIDRM) throw refusal(answer, "msgctl", { id });
    return new SysvMessageQueue(id);
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#lifetime.closed;
  }

  /**
   * Sends a message if the queue has room.
   * @param type 1 to 2^63-1; a bigint where it passes 2^53-1
   * @param data the text, 0 bytes to kernel.msgmax; a string is sent as UTF-8
   * @returns false when the queue is full
   * @throws SystemError EINVAL (longer than kernel.msgmax), EACCES, EIDRM, ENOMEM; ClosedError;
   * TypeError; RangeError
   * @see msgsnd(2), IPC_NOWAIT
   */
  trySend(type: MessageType, data: Uint8Array | string): boolean {
    this.#lifetime.check();
    const size = this.#sizeOf(data);
    const memory = filled(sharedMemory(size), type, data);
    const answer = tryMsgsnd(this.id, memory, size);
    if (answer === 0) return true;
    if (answer === EAGAIN) return false;
    throw this.#refused(answer, "msgsnd", size);
  }

  /**
   * Sends a message, and waits while the queue is full. Sends that wait at the same time are in no
   * order among themselves: await each where the order matters.
   * @throws as trySend(); AbortError; SystemError ETIMEDOUT, EAGAIN (too many waits)
   */
  async send(type: MessageType, data: Uint8Array | string, options?: WaitOptions): Promise<void> {
    const wait = waitOptionsOf(options);
    this.#lifetime.check();
    checkWaitOptions(wait);
    if (this.trySend(type, data)) return;
    const size = textBytes(data);
    const memory = filled(borrowMemory(size), type, data);
    try {
      const answer = await this.#wait(WAIT_MSGSND, memory, size, 0, wait);
      if (answer < 0) throw this.#refused(answer, "msgsnd", size);
    } finally {
      returnMemory(memory);
    }
  }

  /**
   * Sends a message, and blocks the thread while the queue is full.
   * @throws as trySend(); SystemError ETIMEDOUT
   */
  sendSync(type: MessageType, data: Uint8Array | string, options?: SyncWaitOptions): void {
    const deadline = deadlineOf(checkOptions(options));
    this.#lifetime.check();
    const size = this.#sizeOf(data);
    const memory = filled(sharedMemory(size), type, data);
    const answer = msgsnd(this.id, memory, size, deadline);
    if (answer < 0) throw this.#refused(answer, "msgsnd", size);
  }

  /**
   * Takes a message if there is one that fits the selection.
   * @returns undefined when there is none
   * @throws SystemError E2BIG (longer than maxBytes; it stays), EACCES, EIDRM; ClosedError;
   * TypeError; RangeError
   * @see msgrcv(2), IPC_NOWAIT
   */
  tryReceive(selection?: Selection): Message | undefined {
    this.#lifetime.check();
    return this.#tryReceive(kernelSelection(selection));
  }

  /**
   * Takes a message, and waits until there is one.
   * @throws as tryReceive(); AbortError; SystemError ETIMEDOUT, EAGAIN (too many waits)
   */
  async receive(options?: Selection & WaitOptions): Promise<Message> {
    const selection = kernelSelection(options);
    const wait = waitOptionsOf(options);
    this.#lifetime.check();
    checkWaitOptions(wait);
    const deadline = deadlineOf(wait);
    for (let room = firstRoom(selection); ; ) {
      const message = this.#tryReceive(selection);
      if (message !== undefined) return message;
      const memory = borrowMemory(room);
      try {
        const remaining = remainingOf(wait, deadline);
        const capacity = capacityOf(memory, selection);
        writeType(memory, selection.type);
        const answer = await this.#wait(WAIT_MSGRCV, memory, capacity, selection.flags, remaining);
        if (answer >= 0) return messageIn(memory, answer, selection);
        if (!mayGrow(answer, selection, capacity)) throw this.#refused(answer, "msgrcv");
        room = grown(capacity);
      } finally {
        returnMemory(memory);
      }
      this.#lifetime.check();
      checkWaitOptions(wait);
    }
  }

  /**
   * Takes a message, and blocks the thread until there is one.
   * @throws as tryReceive(); SystemError ETIMEDOUT
   */
  receiveSync(options?: Selection & SyncWaitOptions): Message {
    const selection = kernelSelection(options);
    const deadline = options === undefined ? Number.POSITIVE_INFINITY : deadlineOf(options);
    this.#lifetime.check();
    const { type, flags } = selection;
    for (let room = firstRoom(selection); ; ) {
      const memory = sharedMemory(room);
      const capacity = capacityOf(memory, selection);
      writeType(memory, type);
      const answer = msgrcv(this.id, memory, capacity, flags, deadline);
      if (answer >= 0) return messageIn(memory, answer, selection);
      if (!mayGrow(answer, selection, capacity)) throw this.#refused(answer, "msgrcv");
      room = grown(capacity);
    }
  }

  /**
   * Looks at a message without taking it; 0 is the oldest. Nothing changes in the queue.
   * @returns undefined when there are not that many
   * @throws SystemError ENOSYS (a kernel without CONFIG_CHECKPOINT_RESTORE), EACCES, EIDRM
   * @see msgrcv(2), MSG_COPY
   */
  peek(index: number): Message | undefined {
    if (typeof index !== "number") throw wrongType("index", "a number", index);
    if (!Number.isSafeInteger(index) || index < 0) throw outOfRange("index", "0 to 2^53-1", index);
    this.#lifetime.check();
    return this.#tryReceive({
      type: index,
      flags: MSG_COPY,
      maxBytes: TEXT_BYTES_MAX,
      into: undefined,
    });
  }

  /**
   * The messages one after the other, each taken when it is asked for; `break` ends it. timeoutMs is
   * for each: when it passes, and on any other error, the sequence ends.
   * @throws as receive()
   */
  messages(options?: Selection & WaitOptions): AsyncIterableIterator<Message, undefined> {
    const take = async (signal: AbortSignal): Promise<Message> =>
      await this.receive({ ...checkOptions(options), signal });
    return sequence(take, options?.signal);
  }

  /** @throws SystemError EACCES, EIDRM; ClosedError. @see msgctl(2), IPC_STAT */
  stat(): SysvMessageQueueStatus {
    this.#lifetime.check();
    return statQueue(this.id);
  }

  /**
   * Changes the owner, the mode or the capacity.
   * @throws SystemError EPERM (not the owner; maxBytes above kernel.msgmnb), EIDRM; RangeError
   * @see msgctl(2), IPC_SET
   */
  set(change: SysvMessageQueueChange): void {
    const checked = checkChange(change);
    this.#lifetime.check();
    setQueue(this.id, checked);
  }

  /**
   * Destroys the queue and its messages: whoever waits for it gets EIDRM. The handle stays open.
   * @throws SystemError EPERM, EIDRM. @see msgctl(2), IPC_RMID
   */
  remove(): void {
    this.#lifetime.check();
    const answer = msgctl(this.id, IPC_RMID, sharedMemory(0));
    if (answer < 0) throw handleRefusal(answer, "msgctl", { id: this.id });
  }

  /** Gives up this handle; the queue and its messages stay. Waits reject with ClosedError. */
  close(): void {
    this.#lifetime.close();
  }

  /** Waits of this handle keep the process alive (the default). */
  ref(): this {
    this.#lifetime.reference(true);
    return this;
  }

  /** Waits of this handle do not keep the process alive. */
  unref(): this {
    this.#lifetime.reference(false);
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** A long text that the kernel will not take is not copied first. */
  #sizeOf(data: Uint8Array | string): number {
    const size = textBytes(data);
    if (size <= longestKnown) return size;
    longestKnown = Math.max(TEXT_BYTES_FIRST, messageBytesMax());
    if (size > longestKnown) throw this.#refused(EINVAL, "msgsnd", size);
    return size;
  }

  #tryReceive(selection: KernelSelection): Message | undefined {
    for (let room = firstRoom(selection); ; ) {
      const memory = sharedMemory(room);
      const capacity = capacityOf(memory, selection);
      writeType(memory, selection.type);
      const answer = tryMsgrcv(this.id, memory, capacity, selection.flags);
      if (answer >= 0) return messageIn(memory, answer, selection);
      if (answer === ENOMSG) return undefined;
      if (!mayGrow(answer, selection, capacity)) throw this.#refused(answer, "msgrcv");
      room = grown(capacity);
    }
  }

  #wait(
    operation: number,
    memory: Region,
    sizeBytes: number,
    flags: number,
    options: WaitOptions,
  ): Promise<number> {
    const syscall = operation === WAIT_MSGSND ? "msgsnd" : "msgrcv";
    const address = `msg:${this.id}`;
    const lifetime = this.#lifetime;
    const call = { operation, id: this.id, memory, sizeBytes, flags, lifetime, syscall, address };
    return waitFor(call, options);
  }

  #refused(errno: number, syscall: string, sizeBytes?: number): SystemError {
    if (errno === ETIMEDOUT) {
      return new SystemError(errno, syscall, { address: `msg:${this.id}`, message: "timed out" });
    }
    if (errno === EAGAIN) return noTimer(this.id, EAGAIN, "see RLIMIT_SIGPENDING (ulimit -i)");
    if (errno === EUSERS) return noTimer(this.id, EUSERS, "every real-time signal has a handler");
    return handleRefusal(errno, syscall, { id: this.id, sizeBytes });
  }
}

/** kernel.msgmax as it was last seen: should it have been lowered, the kernel refuses by itself. */
let longestKnown = TEXT_BYTES_FIRST;

/** A call that may block never answers so itself: its slices take a timer and a signal. */
function noTimer(id: number, errno: number, hint: string): SystemError {
  return new SystemError(errno, "timer_create", { address: `msg:${id}`, hint });
}

function messageIn(memory: Region, sizeBytes: number, { into }: KernelSelection): Message {
  const data = into === undefined ? readText(memory, sizeBytes) : readInto(memory, sizeBytes, into);
  return { type: readType(memory), data };
}

/** Checks the type before anything is written. */
function filled(memory: Region, type: MessageType, data: Uint8Array | string): Region {
  writeType(memory, checkType(type));
  writeText(memory, data);
  return memory;
}

/** A message that is to be cut off must fit as far as it is wanted; any other makes room grow. */
function firstRoom({ flags, maxBytes }: KernelSelection): number {
  if ((flags & MSG_NOERROR) === 0 || maxBytes <= TEXT_BYTES_FIRST) return 0;
  return Math.min(maxBytes, messageBytesMax());
}

function capacityOf(memory: Region, { maxBytes }: KernelSelection): number {
  return Math.min(maxBytes, textOf(memory));
}

/** A message longer than the memory stays in the queue: with more memory it is taken. */
function mayGrow(answer: number, { maxBytes }: KernelSelection, capacity: number): boolean {
  return answer === E2BIG && capacity < maxBytes;
}

function grown(capacity: number): number {
  return Math.min(capacity * 2, TEXT_BYTES_MAX);
}

function remainingOf(wait: WaitOptions, deadline: number): WaitOptions {
  if (wait.timeoutMs === undefined) return wait;
  return { signal: wait.signal, timeoutMs: Math.max(0, deadline - performance.now()) };
}
