/** Whatever is given to the public functions, they answer with an error that has a code, or work. */
import assert from "node:assert/strict";
import fc from "fast-check";
import * as sharedMemory from "linux-ipc/shared-memory";
import { scaled } from "../harness/scale.ts";
import { seeded } from "../harness/seed.ts";
import { type TestScene, test } from "../harness/test.ts";
import { privateSegment } from "./segment.ts";

const { ReservedRange, SysvSharedMemory, setSysvSharedMemoryLimits } = sharedMemory;

const runs = scaled(5_000);
const page = 4_096;

/** Anything, and often what is nearly right. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ withBigInt: true, withTypedArray: true, withDate: true, withNullPrototype: true }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.constantFrom(0, -0, 1, -1, page, 2 ** 31, 2 ** 32, 2 ** 53, Number.NaN, 2n ** 63n, "", "x"),
  fc.constantFrom(Uint8Array, Int32Array, BigInt64Array, DataView, Buffer, Array, Object, Proxy),
  fc.uint8Array({ maxLength: 40 }),
);

const names = [
  ...["sizeBytes", "hugePages", "noReserve", "mode", "uid", "gid", "create", "exclusive"],
  ...["readOnly", "execute", "range", "offset", "round", "onFault", "wait", "invalidate"],
];

/** Options with the right names and anything in them. */
const options: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.record(Object.fromEntries(names.map((name) => [name, anything])), { requiredKeys: [] }),
  fc.record({ offset: fc.nat(3 * page), sizeBytes: fc.nat(3 * page) }, { requiredKeys: [] }),
  fc.record({ offset: fc.constantFrom(0, page), readOnly: fc.boolean(), wait: fc.boolean() }),
);

/** Advice and protections among them, that do no harm for longer than a call. */
const words: fc.Arbitrary<unknown> = fc.oneof(
  anything,
  fc.constantFrom("read", "read-write", "read-write-execute", "none", "normal", "will-need"),
  fc.constantFrom("dont-need", "remove", "cold", "page-out", "populate-write", "collapse"),
);

type Given = readonly [first: unknown, second: unknown, third: unknown];

/** A handle as a caller without types sees it. */
type Loose = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

const ofMemory: Readonly<Record<string, (memory: Loose, given: Given) => unknown>> = {
  window: (memory, [offset, size]) => memory["window"]?.(offset, size),
  view: (memory, [type, offset, length]) => memory["view"]?.(type, offset, length),
  "view of Int16Array": (memory, [offset, length]) => memory["view"]?.(Int16Array, offset, length),
  read: (memory, [offset, target]) => memory["read"]?.(offset, target),
  write: (memory, [offset, data]) => memory["write"]?.(offset, data),
  protect: (memory, [word, , range]) => memory["protect"]?.(word, range),
  advise: (memory, [word, , range]) => memory["advise"]?.(word, range),
  lock: (memory, [, , range]) => memory["lock"]?.(range),
  unlock: (memory, [, , range]) => memory["unlock"]?.(range),
  sync: (memory, [, , range]) => memory["sync"]?.(range),
  resident: (memory, [, , range]) => memory["resident"]?.(range),
};

/** The classes of style: the caller's mistake, or the kernel's refusal. */
function assertHasCode(error: unknown, what: string): void {
  const { name, code, message } = error as Error & { readonly code?: unknown };
  const known = ["TypeError", "RangeError", "SystemError"].includes(name);
  assert.ok(known, `${what}: ${name} ${message}`);
  assert.equal(typeof code, "string", `${what}: ${name} without a code: ${message}`);
  assert.notEqual(code, "UNKNOWN", `${what}: ${message}`);
}

function survives(what: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    assertHasCode(error, what);
  }
}

function parameters<Values>(scene: TestScene): fc.Parameters<Values> {
  const { seed } = seeded("arguments", (line) => scene.diagnostic(line));
  return { seed, numRuns: runs };
}

for (const [name, call] of Object.entries(ofMemory)) {
  test(`${name}() answers any arguments with a code, and the memory is unharmed`, (scene) => {
    const segment = privateSegment(scene);
    using other = segment.attach();
    const property = fc.property(
      fc.oneof(words, anything),
      anything,
      options,
      (one, two, three) => {
        using memory = segment.attach();
        survives(name, () => call(memory as unknown as Loose, [one, two, three]));
        survives(name, () => call(memory as unknown as Loose, [two, one, three]));
        other.write(9_990, "unharmed");
        memory.protect("read-write");
        if (memory.damage === undefined) {
          assert.equal(memory.read(9_990, 8).toString(), "unharmed");
        }
      },
    );
    fc.assert(property, parameters(scene));
    assert.equal(segment.stat().attachments, 1);
  });
}

test("attach() and set() answer any arguments with a code", (scene) => {
  const segment = privateSegment(scene);
  const { uid, gid } = segment.stat();
  const attach = segment.attach.bind(segment) as (given: unknown) => sharedMemory.MappedMemory;
  const set = segment.set.bind(segment) as (given: unknown) => void;
  using range = ReservedRange.reserve(8 * page);
  const property = fc.property(options, fc.boolean(), (given, inRange) => {
    const all =
      inRange && typeof given === "object" && given !== null ? { ...given, range } : given;
    survives("attach", () => attach(all).close());
    survives("set", () => set(given));
    segment.set({ uid, gid, mode: 0o600 });
  });
  fc.assert(property, parameters(scene));
  assert.equal(segment.stat().attachments, 0);
});

test("open(), byId() and reserve() answer any arguments with a code", (scene) => {
  const open = SysvSharedMemory.open as (...given: unknown[]) => sharedMemory.SysvSharedMemory;
  const byId = SysvSharedMemory.byId as (...given: unknown[]) => sharedMemory.SysvSharedMemory;
  const reserve = ReservedRange.reserve as (...given: unknown[]) => sharedMemory.ReservedRange;
  const property = fc.property(anything, options, (first, second) => {
    survives("open", () => open(first, second).remove());
    survives("open", () => open(0, second).remove());
    survives("byId", () => byId(first).close());
    survives("reserve", () => reserve(first).close());
  });
  fc.assert(property, parameters(scene));
});

test("setSysvSharedMemoryLimits() answers any arguments with a code", {
  needs: ["isolated"],
}, (scene) => {
  const { segmentBytesMax, segmentsMax, pagesMax } = sharedMemory.sysvSharedMemoryLimits();
  const before = { segmentBytesMax, segmentsMax, pagesMax, removeForced: false };
  scene.after(() => setSysvSharedMemoryLimits(before));
  const set = setSysvSharedMemoryLimits as (change: unknown) => void;
  const fields = ["segmentBytesMax", "segmentsMax", "pagesMax", "removeForced"];
  const change = fc.record(Object.fromEntries(fields.map((name) => [name, anything])), {
    requiredKeys: [],
  });
  const property = fc.property(fc.oneof(change, anything), (given) =>
    survives("setSysvSharedMemoryLimits", () => set(given)),
  );
  fc.assert(property, parameters(scene));
});
