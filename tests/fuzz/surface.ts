/**
 * Calls every function of an addon with random arguments: `surface ADDON COUNT SEED`. Run it where
 * nothing can be harmed (surface.test.ts does): it ends with code 0 when nothing crashed, and prints
 * one JSON line, the histogram.
 *
 * Functions that it knows get, four times in five, arguments that get past the checks and reach the
 * kernel; the others, and those that it does not know, get anything. Descriptors that it reads,
 * writes and closes are its own, and no call blocks for longer than a millisecond.
 */
import { closeSync } from "node:fs";
import { createRequire } from "node:module";
import { setImmediate as turn } from "node:timers/promises";
import { nameOf } from "../../src/sys/errno.ts";
import { type Random, randomOf } from "../harness/seed.ts";
import { abroadMakers } from "./abroad-arguments.ts";
import { edges } from "./edges.ts";
import { Mappings } from "./mapping-arguments.ts";
import { openNamespaces } from "./namespaces.ts";
import { pathMakers } from "./path-arguments.ts";
import { seeingMakers } from "./seeing-arguments.ts";
import {
  type Makers,
  type Memory,
  operationBytes,
  SEMOP_SLICE,
  semaphoreMakers,
} from "./semaphore-arguments.ts";
import { type Histogram, isRefusal, type Tally } from "./tally.ts";

type NativeFunction = (...given: readonly unknown[]) => unknown;
type Surface = Readonly<Record<string, NativeFunction>>;

const require = createRequire(import.meta.url);
const descriptorsMax = 200;
const descriptorBase = 20;
const queuesMax = 8;
const setsMax = 8;
const regionsMax = 64;
const regionBytesMin = 16_384;
const IPC_NOWAIT = 0o4000;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const sliceMs = 1;

/** The numbers of waitStart's operations; those before these are calls on a queue. */
const LIST_QUEUES = 2;
const WAIT_SEMOP = 3;

/** Where the waiting time of msgsnd and msgrcv stands in the frame. */
const MESSAGE_SLICE = 5;

class Fuzzer {
  readonly #surface: Surface;
  readonly #random: Random;
  readonly #regions: number[] = [];
  /** All of them ours; only those that do not block are read and written. */
  readonly #descriptors: number[] = [];
  readonly #nonblocking = new Set<number>();
  readonly #queues: number[] = [];
  readonly #sets: number[] = [];
  readonly histogram: Histogram = {};
  readonly #memory: Memory = {
    span: (size) => this.#span(size),
    bytesOf: (region) => this.#surface["regionBuffer"]?.(region) as ArrayBuffer | undefined,
    frame: (word, slice) => this.#frame(word, slice),
  };
  readonly #mappings: Mappings;
  readonly #directed: Makers;

  /** Descriptors of IPC namespaces, and of what is none; none of them is closed by a call. */
  readonly #namespaces: readonly number[];

  constructor(surface: Surface, random: Random, namespaces: readonly number[]) {
    this.#surface = surface;
    this.#namespaces = namespaces;
    this.#random = random;
    this.#mappings = new Mappings(random, (name, ...given) => this.#surface[name]?.(...given));
    this.#directed = this.#makers();
  }

  /** Each function `count` times, in random order. */
  async run(count: number): Promise<void> {
    const names = Object.keys(this.#surface);
    for (const name of names) this.histogram[name] = { calls: 0, reached: 0, results: {} };
    for (let call = 0; call < count * names.length; call++) {
      this.#once(this.#next(names, count));
      if (call % 64 === 0) await turn();
    }
  }

  /** A random one, but none more often than `count`. */
  #next(names: readonly string[], count: number): string {
    const first = this.#random.integer(0, names.length - 1);
    const order = [...names.slice(first), ...names.slice(0, first)];
    return order.find((name) => (this.histogram[name]?.calls ?? 0) < count) as string;
  }

  #once(name: string): void {
    const tally = this.histogram[name] as Tally;
    const maker = this.#directed[name];
    const directed = maker !== undefined && this.#random.chance(0.8);
    const given = directed ? maker() : this.#anything(name);
    const outcome = this.#call(name, given);
    tally.calls++;
    if (directed && !isRefusal(name, outcome)) tally.reached++;
    tally.results[outcome] = (tally.results[outcome] ?? 0) + 1;
  }

  #call(name: string, given: readonly unknown[]): string {
    try {
      const result = this.#surface[name]?.(...given);
      this.#mappings.learn(name, given, result);
      this.#mappings.touch();
      if (typeof result !== "number") return result === undefined ? "undefined" : typeof result;
      this.#learn(name, given, result);
      return result >= 0 ? "done" : (nameOf(-result) ?? `errno ${-result}`);
    } catch (error) {
      return `threw ${(error as Error).name}`;
    }
  }

  /** Keeps what a call made, so that later calls can use it. */
  #learn(name: string, given: readonly unknown[], result: number): void {
    if (result < 0) return;
    this.#learnDescriptor(name, given, result);
    if (name === "regionCreate" || name === "walkNext") this.#keepRegion(result);
    if (name === "regionRelease") forget(this.#regions, Number(given[0]));
    if (name === "msgget") this.#keepObject(this.#queues, result, queuesMax);
    if (name === "semget") this.#keepObject(this.#sets, result, setsMax);
    if (name === "pipe2") this.#learnPipe(Number(given[0]), Number(given[1]), Number(given[2]));
    if (name === "pollClose" && this.#random.chance(0.9)) this.#open("pollOpen");
    if (name === "close") {
      forget(this.#descriptors, Number(given[0]));
      this.#nonblocking.delete(Number(given[0]));
    }
  }

  /** Those that may be another's as well are kept as if they blocked: never read, never written. */
  #learnDescriptor(name: string, given: readonly unknown[], result: number): void {
    const made: Readonly<Record<string, number>> = {
      openat2: 0,
      abroadOpen: 0,
      abroadQueue: 0,
      abroadSocket: 0,
      abroadMqueue: 0,
      mq_open: 0,
      pidfd_open: 0,
      pidfd_getfd: 0,
      memfd_create: O_NONBLOCK,
      walkEventfd: O_NONBLOCK,
      eventfd2: Number(given[1]),
      socket: Number(given[1]),
    };
    const flags = made[name];
    if (flags !== undefined) this.#keepDescriptor(result, flags);
  }

  /** Most calls want the engine open. */
  #open(name: string): void {
    this.#surface[name]?.(...(this.#directed[name]?.() ?? []));
  }

  #learnPipe(region: number, offset: number, flags: number): void {
    const memory = this.#surface["regionBuffer"]?.(region) as ArrayBuffer;
    const pair = new DataView(memory, offset, 8);
    this.#keepDescriptor(pair.getInt32(0, true), flags);
    this.#keepDescriptor(pair.getInt32(4, true), flags);
  }

  #keepDescriptor(fd: number, flags: number): void {
    if ((flags & O_NONBLOCK) !== 0) this.#nonblocking.add(fd);
    this.#keep(this.#descriptors, fd, descriptorsMax, "close");
  }

  /** Only those with room for anything: directed calls are not to be refused for want of it. */
  #keepRegion(region: number): void {
    const memory = this.#surface["regionBuffer"]?.(region) as ArrayBuffer | undefined;
    if ((memory?.byteLength ?? 0) >= regionBytesMin) {
      this.#keep(this.#regions, region, regionsMax, "regionRelease");
    } else {
      this.#surface["regionRelease"]?.(region);
    }
  }

  #keepObject(kept: number[], id: number, most: number): void {
    if (kept.includes(id)) return;
    if (kept.length < most) kept.push(id);
    else kept[this.#random.integer(0, most - 1)] = id;
  }

  /** Beyond the maximum the oldest goes. */
  #keep(kept: number[], thing: number, most: number, end: string): void {
    kept.push(thing);
    if (kept.length <= most) return;
    const oldest = kept.shift() as number;
    this.#nonblocking.delete(oldest);
    this.#surface[end]?.(oldest);
  }

  /** Any arguments, in any number; descriptors and waiting times only within the rules. */
  #anything(name: string): unknown[] {
    const given = Array.from({ length: this.#random.integer(0, 8) }, () => this.#value());
    const onDescriptor = ["close", "read", "write", "sendto", "recvfrom"].includes(name);
    if (onDescriptor && typeof given[0] === "number") {
      given[0] = this.#random.pick([-1, 2 ** 31, -(2 ** 31), 1e6, Number.NaN, 0.5]);
    }
    if (name === "eventfd2" || name === "pipe2") {
      const flags = name === "pipe2" ? 2 : 1;
      if (typeof given[flags] === "number") given[flags] = this.#random.pick([-1, 1 << 30, 3]);
    }
    if (name === "msgsnd" || name === "msgrcv") this.#frame(() => this.#word());
    if (name.startsWith("semop")) this.#frame(() => this.#word(), SEMOP_SLICE);
    if (name === "mmap" && typeof given[2] === "number")
      given[2] = this.#random.integer(-1, 2 ** 26);
    if (name === "pollControl") given[1] = this.#random.pick([-1, 1e6, undefined, Number.NaN]);
    return given;
  }

  #value(): unknown {
    const { integer, pick, chance } = this.#random;
    return chance(0.5) ? integer(-16, 4_095) : pick(edges);
  }

  #word(): number {
    const { integer, pick } = this.#random;
    return pick([integer(-8, 64), integer(-(2 ** 31), 2 ** 31 - 1), 2 ** 31 - 1, -(2 ** 31), 0]);
  }

  /** Writes the frame, region 0; the last word is a waiting time, which stays short. */
  #frame(word: (index: number) => number, slice = MESSAGE_SLICE): unknown[] {
    const memory = this.#surface["regionBuffer"]?.(0);
    const frame = new Int32Array(memory as ArrayBuffer);
    for (let index = 0; index < slice; index++) frame[index] = word(index);
    frame[slice] = this.#random.pick([sliceMs, 0, -1, -(2 ** 31)]);
    return [];
  }

  /** A region with room for `size` bytes at the offset, and garbage in it. */
  #span(size: number): [region: number, offset: number] {
    const create = this.#surface["regionCreate"] as (bytes: number) => number;
    if (this.#regions.length < 8 || this.#random.chance(0.02)) {
      const made = create(this.#random.integer(1, 8) * regionBytesMin);
      if (made >= 0) this.#keepRegion(made);
    }
    const region = this.#random.pick(this.#regions);
    const memory = this.#surface["regionBuffer"]?.(region) as ArrayBuffer | undefined;
    const bytes = memory?.byteLength ?? 0;
    const offset = bytes >= size ? this.#random.integer(0, Math.min(bytes - size, 4_096)) : 0;
    if (memory !== undefined && bytes >= offset + 16)
      garble(new Uint8Array(memory, offset), this.#random);
    return [region, offset];
  }

  #descriptor(): number {
    const own = [...this.#nonblocking].filter((fd) => fd >= descriptorBase);
    return own.length > 0 ? this.#random.pick(own) : -1;
  }

  /** One that we opened, of whatever it is. */
  #any(): number {
    return this.#descriptors.length > 0 ? this.#random.pick(this.#descriptors) : -1;
  }

  /** Most often a namespace; else what is none, open or not. */
  #namespace(): number {
    const { pick, chance, integer } = this.#random;
    return chance(0.8) ? pick(this.#namespaces) : pick([this.#descriptor(), -1, integer(0, 1_000)]);
  }

  #object(kept: readonly number[]): number {
    const { pick, chance, integer } = this.#random;
    return kept.length > 0 && chance(0.9) ? pick(kept) : integer(0, 40);
  }

  /** Arguments with which a function reaches its system call. */
  #makers(): Makers {
    return {
      ...this.#descriptorMakers(),
      ...this.#queueMakers(),
      ...semaphoreMakers(this.#random, this.#memory, () => this.#object(this.#sets)),
      ...this.#mappings.makers(this.#memory),
      ...pathMakers(this.#random, this.#memory, () => this.#descriptor()),
      ...this.#engineMakers(),
      ...abroadMakers(this.#random, this.#memory, {
        namespace: () => this.#namespace(),
        any: () => this.#any(),
      }),
      ...seeingMakers(this.#random, this.#memory, {
        descriptor: () => this.#descriptor(),
        any: () => this.#any(),
      }),
    };
  }

  #descriptorMakers(): Makers {
    const { integer, pick } = this.#random;
    return {
      close: () => [pick(this.#descriptors.length > 0 ? this.#descriptors : [-1])],
      read: () => [this.#descriptor(), ...this.#span(64), integer(0, 64)],
      write: () => [this.#descriptor(), ...this.#span(64), integer(0, 64)],
      pipe2: () => [...this.#span(8), pick([O_NONBLOCK, O_NONBLOCK | O_CLOEXEC, 1 << 30])],
      eventfd2: () => [integer(0, 2 ** 32 - 1), pick([O_NONBLOCK, O_NONBLOCK | O_CLOEXEC, -1])],
    };
  }

  #queueMakers(): Makers {
    const { integer, pick } = this.#random;
    const modes = [0o1666, 0o3666, 0o666];
    return {
      msgget: () => [pick([0, integer(1, 20), -1]), pick([...modes, integer(0, 0o7777)])],
      msgsnd: () => this.#transfer(),
      msgrcv: () => this.#transfer(),
      msgctl: () => [this.#object(this.#queues), this.#command(), ...this.#span(128)],
    };
  }

  #engineMakers(): Makers {
    const { integer } = this.#random;
    return {
      pollOpen: () => [this.#span(2_048)[0], this.#callback()],
      pollControl: () => [
        ...[integer(1, 3), this.#descriptor()],
        ...[integer(0, 31), integer(0, 2 ** 32 - 1)],
      ],
      waitOpen: () => [this.#span(1_024)[0], 64, this.#callback()],
      waitStart: () => {
        const operation = integer(0, WAIT_SEMOP);
        if (operation === WAIT_SEMOP) {
          const span = operationBytes(this.#random, this.#memory);
          return [operation, this.#object(this.#sets), ...span, integer(0, 8)];
        }
        const on = operation === LIST_QUEUES ? this.#namespace() : this.#object(this.#queues);
        const size = integer(0, 4_000);
        return [operation, on, ...this.#span(8 + size), size, integer(0, 2 ** 16)];
      },
      waitCancel: () => [integer(0, 15)],
    };
  }

  /** A frame for msgsnd or msgrcv, which seldom waits. */
  #transfer(): unknown[] {
    const { integer, pick, chance } = this.#random;
    const size = pick([0, 1, 8, integer(0, 4_000)]);
    const [region, offset] = this.#span(8 + size);
    const any = pick([0, 0o10000, 0o20000, 0o30000, 0o44000, integer(0, 2 ** 16)]);
    const flags = chance(0.97) ? any | IPC_NOWAIT : any & ~IPC_NOWAIT;
    return this.#frame(
      (index) => [this.#object(this.#queues), region, offset, size, flags][index] ?? 0,
    );
  }

  /** Removal is rare, so that there is something to speak to. */
  #command(): number {
    const { pick, chance, integer } = this.#random;
    return chance(0.02) ? 0 : pick([1, 2, 3, 11, 12, 13, integer(1, 100)]);
  }

  #callback(): () => void {
    return () => {
      if (this.#random.chance(0.02)) throw new Error("from a callback");
    };
  }
}

function forget(kept: number[], thing: number): void {
  const index = kept.indexOf(thing);
  if (index >= 0) kept.splice(index, 1);
}

function garble(bytes: Uint8Array, random: Random): void {
  const type = random.pick([0, 1, 5, 255, random.integer(0, 255)]);
  bytes.fill(0, 0, 16);
  bytes[0] = type;
  if (random.chance(0.1)) bytes.fill(type, 0, 16);
}

async function main(): Promise<void> {
  const [path = "", count = "0", seed = "0"] = process.argv.slice(2);
  process.on("uncaughtException", (error) => {
    if (error.message !== "from a callback") throw error;
  });
  const namespaces = await openNamespaces();
  const fuzzer = new Fuzzer(require(path) as Surface, randomOf(Number(seed)), namespaces);
  await fuzzer.run(Number(count));
  for (const namespace of namespaces) closeSync(namespace);
  process.stdout.write(`${JSON.stringify(fuzzer.histogram)}\n`, () => process.exit(0));
}

void main();
