/**
 * Has memory attached, so that our handlers of SIGBUS and SIGSEGV are in place, and then does as
 * told: `faults wait|bus|wasm|listen|exit|throw|wild [LIBRARY]`.
 */
import { randomFill } from "node:crypto";
import { once } from "node:events";
import { SysvSharedMemory } from "linux-ipc/shared-memory";
import { MappedFile } from "../mapped-file.ts";
import { startWorker } from "../programs.ts";

const [what = "", path = ""] = process.argv.slice(2);
const segment = SysvSharedMemory.open(0, { sizeBytes: 64 * 2 ** 20, noReserve: true });
const memory = segment.attach();
segment.remove();

/** (module (memory 1) (func (export "load") (param i32) (result i32) local.get 0 i32.load)) */
const loader = Buffer.from(
  "0061736d0100000001060160017f017f030201000503010001070801046c6f616400000a0901070020002802000b",
  "hex",
);

interface Assembly {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { load(at: number): number } };
  readonly RuntimeError: typeof Error;
}

const { Module, Instance, RuntimeError } = Reflect.get(globalThis, "WebAssembly") as Assembly;

/** V8 turns the processor's fault into an exception. */
function trap(): void {
  const { load } = new Instance(new Module(loader)).exports;
  for (let time = 0; time < 10_000; time++) {
    try {
      load(2 ** 30 + time * 4);
    } catch (error) {
      if (error instanceof RuntimeError) continue;
      throw error;
    }
    throw new Error("no trap");
  }
}

/** Damage is still no end of the process, before and after. */
function damage(): void {
  using file = new MappedFile(8192);
  using mapped = file.map();
  file.truncate(0);
  mapped.bytes.fill(1);
  console.log(mapped.damage);
}

/** Node takes our handler's place, and with the last listener it leaves none. */
async function listen(): Promise<void> {
  const alive = setInterval(() => {}, 1_000);
  for (const name of ["SIGBUS", "SIGSEGV"] as const) {
    const heard = once(process, name);
    process.kill(process.pid, name);
    await heard;
    console.log(name);
  }
  clearInterval(alive);
}

const deeds: Readonly<Record<string, () => unknown>> = {
  wait: () => setInterval(() => {}, 1_000),
  bus: () => process.kill(process.pid, "SIGBUS"),
  wasm: () => {
    damage();
    trap();
    damage();
    trap();
  },
  listen: async () => {
    await listen();
    // One of the next looks whether the handlers are still there.
    using file = new MappedFile(4_096);
    for (let time = 0; time < 32; time++) file.map().close();
    damage();
    trap();
  },
  exit: async () => {
    const { id } = SysvSharedMemory.open(0, { sizeBytes: 64 * 2 ** 20, noReserve: true });
    const worker = startWorker("attach", { id, how: "busy" });
    await once(worker, "message");
    randomFill(memory.bytes, () => {});
    SysvSharedMemory.byId(id).remove();
    process.exit(7);
  },
  throw: () => {
    randomFill(memory.bytes, () => {});
    throw new Error("on purpose");
  },
  wild: () => process.dlopen({ exports: {} } as NodeJS.Module, path),
};

console.log("ready");
await deeds[what]?.();
