/** Every way in which JavaScript and Node read and write memory, for memory that is not to be used so. */
import { createHash, randomFillSync } from "node:crypto";
import { crc32, deflateRawSync } from "node:zlib";
import type { MappedMemory } from "linux-ipc/shared-memory";

type Use = (memory: MappedMemory) => unknown;

const integers = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array] as const;
const large = [BigInt64Array, BigUint64Array] as const;

/** Through every class of views, Atomics, and the native code of Node. */
export const reads: Readonly<Record<string, Use>> = {
  ...Object.fromEntries([...integers, ...large].map((type) => [type.name, readThrough(type)])),
  ...Object.fromEntries(
    integers.map((type) => [
      `Atomics.load of ${type.name}`,
      (memory: MappedMemory): number =>
        Atomics.load(memory.view<InstanceType<typeof type>>(type), 9),
    ]),
  ),
  "Atomics.load of BigInt64Array": (memory) => Atomics.load(memory.view(BigInt64Array), 9),
  Uint8ClampedArray: (memory) => memory.view(Uint8ClampedArray)[99],
  Float32Array: (memory) => memory.view(Float32Array)[99],
  Float64Array: (memory) => memory.view(Float64Array)[99],
  DataView: (memory) => memory.view(DataView).getBigUint64(4_001),
  "a copy of all": (memory) => Buffer.from(memory.bytes).length,
  slice: (memory) => memory.view(Uint16Array).slice(3).length,
  set: (memory) => new Uint8Array(memory.sizeBytes).set(memory.bytes),
  copy: (memory) => memory.bytes.copy(Buffer.alloc(memory.sizeBytes)),
  compare: (memory) => memory.bytes.compare(Buffer.alloc(memory.sizeBytes)),
  indexOf: (memory) => memory.bytes.indexOf("nowhere"),
  hexadecimal: (memory) => memory.bytes.toString("hex").length,
  utf8: (memory) => memory.bytes.toString("utf8").length,
  TextDecoder: (memory) => new TextDecoder().decode(memory.bytes).length,
  join: (memory) => memory.bytes.subarray(0, 5_000).join().length,
  hash: (memory) => createHash("sha256").update(memory.bytes).digest("hex"),
  deflate: (memory) => deflateRawSync(memory.bytes).length,
  crc32: (memory) => crc32(memory.bytes),
  structuredClone: (memory) => structuredClone(memory.bytes).length,
};

function readThrough(type: (typeof integers)[number] | (typeof large)[number]): Use {
  return (memory) => memory.view<ArrayLike<number | bigint>>(type as never)[99];
}

/** The same for writing. */
export const writes: Readonly<Record<string, Use>> = {
  ...Object.fromEntries(integers.map((type) => [type.name, writeThrough(type)])),
  ...Object.fromEntries(integers.flatMap((type) => atomicWrites(type))),
  BigInt64Array: (memory) => {
    memory.view(BigInt64Array)[99] = 1n;
  },
  "Atomics.add of BigUint64Array": (memory) => Atomics.add(memory.view(BigUint64Array), 9, 1n),
  Uint8ClampedArray: (memory) => {
    memory.view(Uint8ClampedArray)[99] = 1;
  },
  Float32Array: (memory) => {
    memory.view(Float32Array)[99] = 1;
  },
  Float64Array: (memory) => {
    memory.view(Float64Array)[99] = 1;
  },
  DataView: (memory) => memory.view(DataView).setBigUint64(4_001, 1n),
  fill: (memory) => memory.bytes.fill(1),
  set: (memory) => memory.bytes.set(Buffer.alloc(memory.sizeBytes, 1)),
  copyWithin: (memory) => memory.bytes.copyWithin(5_000, 0),
  reverse: (memory) => memory.view(Uint16Array).reverse().length,
  sort: (memory) => memory.view(Uint8Array).sort().length,
  swap16: (memory) => memory.bytes.subarray(0, 8_000).swap16().length,
  "a text": (memory) => memory.bytes.write("text".repeat(2_000)),
  encodeInto: (memory) => new TextEncoder().encodeInto("x".repeat(9_000), memory.bytes).written,
  randomFill: (memory) => randomFillSync(memory.bytes).length,
};

function writeThrough(type: (typeof integers)[number]): Use {
  return (memory) => {
    memory.view<InstanceType<typeof type>>(type)[99] = 1;
  };
}

type AtomicUse = [name: string, use: Use];

function atomicWrites(type: (typeof integers)[number]): AtomicUse[] {
  const view = (memory: MappedMemory): Int32Array =>
    memory.view<InstanceType<typeof type>>(type) as Int32Array;
  const calls = {
    add: (memory: MappedMemory) => Atomics.add(view(memory), 9, 1),
    and: (memory: MappedMemory) => Atomics.and(view(memory), 9, 1),
    compareExchange: (memory: MappedMemory) => Atomics.compareExchange(view(memory), 9, 0, 1),
    exchange: (memory: MappedMemory) => Atomics.exchange(view(memory), 9, 1),
    or: (memory: MappedMemory) => Atomics.or(view(memory), 9, 1),
    store: (memory: MappedMemory) => Atomics.store(view(memory), 9, 1),
    sub: (memory: MappedMemory) => Atomics.sub(view(memory), 9, 1),
    xor: (memory: MappedMemory) => Atomics.xor(view(memory), 9, 1),
  };
  return Object.entries(calls).map(([name, use]) => [`Atomics.${name} of ${type.name}`, use]);
}

/**
 * What Node and V8 do in two passes, the second of which trusts the first: when another process
 * changes the memory in between, they write beyond what is theirs. Only for memory that is at rest.
 */
export const trusting: readonly string[] = ["utf8", "TextDecoder", "sort"];
