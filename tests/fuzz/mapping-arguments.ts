/** Arguments with which the calls of shared memory and of mappings reach the kernel. */
import type { Random } from "../harness/seed.ts";
import type { Makers, Memory } from "./semaphore-arguments.ts";

/** A function of the addon. */
type Call = (name: string, ...given: readonly unknown[]) => unknown;

const page = 4_096;
const segmentsMax = 8;
const mappingsMax = 48;
const windowsMax = 64;
const IPC_RMID = 0;

/** shmctl's commands but for removal; locking is refused to nobody without memory to lock. */
const commands = [1, 2, 3, 11, 12, 13, 14, 15];

/** Those of mmap that need no file. */
const anonymous = [0x21, 0x22, 0x4021, 0x4022, 0x31, 0x100022];

/** Segments, mappings and what is seen of them: what later calls can use. */
export class Mappings {
  readonly #random: Random;
  readonly #call: Call;
  readonly #segments: number[] = [];
  readonly #mappings: number[] = [];
  readonly #ranges: number[] = [];
  readonly #closed: number[] = [];
  readonly #windows: ArrayBuffer[] = [];

  constructor(random: Random, call: Call) {
    this.#random = random;
    this.#call = call;
  }

  makers(memory: Memory): Makers {
    const { integer, pick, chance } = this.#random;
    return {
      shmget: () => {
        const size = pick([1, page, integer(1, 8 * page), 2 ** 33]);
        const flags = pick([0o1600, 0o3666, 0o11600, 0o5600, integer(0, 0o17777)]);
        return [pick([0, integer(1, 20)]), size, flags];
      },
      shmat: () => {
        const flags = pick([0, 0o10000, 0o20000, 0o40000, 0o100000, integer(0, 2 ** 17)]);
        const range = chance(0.5) ? -1 : this.#of(this.#ranges);
        return [this.#of(this.#segments), flags, range, this.#offset()];
      },
      shmctl: () => {
        const command = chance(0.02) ? IPC_RMID : pick([...commands, integer(1, 100)]);
        return [this.#of(this.#segments), command, ...memory.span(128)];
      },
      mmap: () => {
        const flags = chance(0.9) ? pick(anonymous) : integer(0, 2 ** 22);
        return [-1, 0, integer(1, 8 * page), pick([0, 1, 3, 7, integer(0, 15)]), flags];
      },
      reserve: () => [pick([1, integer(1, 64 * page), 2 ** 30])],
      ...this.#spanMakers(memory),
      ...this.#mappingMakers(),
    };
  }

  #spanMakers(memory: Memory): Makers {
    const { integer, pick } = this.#random;
    const advice = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 14, 16, 18, 20, 21, 22, 23, 25, 100, 101, 102];
    return {
      mprotect: () => [...this.#span(), pick([0, 1, 3, 3, 7, integer(0, 2 ** 27)])],
      madvise: () => [...this.#span(), pick([...advice, integer(-1, 200)])],
      msync: () => [...this.#span(), pick([1, 2, 4, 6, integer(-1, 9)])],
      mlock: () => [...this.#span(), integer(0, 2)],
      munlock: () => [...this.#span(), 0],
      mincore: () => {
        const span = this.#span();
        return [...span, ...memory.span(Math.ceil(span[2] / page))];
      },
    };
  }

  #mappingMakers(): Makers {
    const one = (): unknown[] => [this.#of(this.#mappings)];
    return {
      mappingWindow: () => [...this.#span()],
      mappingWhole: one,
      mappingSize: one,
      mappingGuard: one,
      mappingClose: () => [this.#of(this.#mappings), this.#window()],
      mappingForget: () => [this.#of(this.#closed)],
    };
  }

  /** Of a mapping that is there and the size it has, most often; from a page's beginning. */
  #span(): [mapping: number, offset: number, size: number] {
    const { integer, pick, chance } = this.#random;
    const mapping = this.#of(this.#mappings);
    const size = Number(this.#call("mappingSize", mapping));
    if (size < 1 || size > 2 ** 20) return [mapping, 0, pick([1, page, integer(0, page)])];
    const offset = chance(0.8)
      ? page * integer(0, Math.floor((size - 1) / page))
      : integer(0, size);
    return [mapping, offset, integer(0, size - offset)];
  }

  #offset(): number {
    const { integer, chance } = this.#random;
    return chance(0.7) ? page * integer(0, 70) : integer(-1, 70 * page);
  }

  #of(kept: readonly number[]): number {
    const { pick, chance, integer } = this.#random;
    return kept.length > 0 && chance(0.95) ? pick(kept) : integer(0, 100);
  }

  #window(): ArrayBuffer | undefined {
    return this.#windows.length > 0 ? this.#random.pick(this.#windows) : undefined;
  }

  /** Keeps what a call made. */
  learn(name: string, given: readonly unknown[], result: unknown): void {
    if (result instanceof ArrayBuffer && name.startsWith("mapping")) this.#keepWindow(name, result);
    if (typeof result !== "number" || result < 0) return;
    if (name === "shmget") this.#keepSegment(result);
    if (name === "reserve") this.#keep(this.#ranges, result, 8);
    if (name === "mmap" || name === "shmat") this.#keep(this.#mappings, result, mappingsMax);
    if (name === "mappingForget") forget(this.#closed, Number(given[0]));
    if (name === "mappingClose") this.#isClosed(Number(given[0]), result);
  }

  /** Whatever was done to it, memory that is seen can be used. */
  touch(): void {
    const buffer = this.#window();
    if (buffer === undefined || buffer.byteLength === 0) return;
    const bytes = new Uint8Array(buffer);
    const at = this.#random.integer(0, Math.min(bytes.length, 2 ** 31) - 1);
    bytes[at] = (bytes[at] ?? 0) + 1;
  }

  #isClosed(mapping: number, lasts: number): void {
    forget(this.#mappings, mapping);
    forget(this.#ranges, mapping);
    if (lasts === 1 && !this.#closed.includes(mapping)) this.#closed.push(mapping);
    if (this.#closed.length > mappingsMax) this.#call("mappingForget", this.#closed.shift());
  }

  /** All environments share the states of the guard: nobody but it may write there. */
  #keepWindow(name: string, buffer: ArrayBuffer): void {
    if (name === "mappingStates") return;
    this.#windows.push(buffer);
    if (this.#windows.length > windowsMax) this.#windows.shift();
  }

  #keepSegment(id: number): void {
    if (this.#segments.includes(id)) return;
    this.#segments.push(id);
    if (this.#segments.length > segmentsMax) this.#removeSegment(this.#segments.shift() as number);
  }

  #removeSegment(id: number): void {
    const region = this.#call("regionCreate", 128);
    this.#call("shmctl", id, IPC_RMID, region, 0);
    this.#call("regionRelease", region);
  }

  #keep(kept: number[], mapping: number, most: number): void {
    kept.push(mapping);
    if (kept.length <= most) return;
    const oldest = kept[0] as number;
    this.#isClosed(oldest, Number(this.#call("mappingClose", oldest, undefined)));
  }
}

function forget(kept: number[], thing: number): void {
  const index = kept.indexOf(thing);
  if (index >= 0) kept.splice(index, 1);
}
