/**
 * The contract of src/io/handle.ts, as tests that any handle can be put through: how it is closed,
 * how its waits are called off, and how it keeps the process alive. What needs a process of its own
 * runs in programs/handle.ts.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Handle, WaitOptions } from "linux-ipc";
import { within } from "../harness/deadline.ts";
import { type Outcome, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

/** What the kernel knows the object by: it outlives the handle. */
export type ObjectName = number | string;

/** One way in which a handle waits. */
export interface ContractWait {
  readonly name: string;
  /** Brings a new object into the state in which it waits. */
  readonly prepare: (object: ObjectName) => void;
  /** Waits for what does not happen, until it is called off or satisfied. */
  readonly begin: (handle: Handle, options?: WaitOptions) => Promise<unknown>;
  /** Resolves when a wait of this process has reached the kernel. */
  readonly begun: (object: ObjectName) => Promise<void>;
  /** Lets what one wait waits for happen, once, without a turn of the event loop. */
  readonly satisfy: (object: ObjectName) => void;
}

/** One call that blocks its thread: it must end with ETIMEDOUT where nothing happens. */
export interface ContractSyncWait {
  readonly name: string;
  readonly prepare: (object: ObjectName) => void;
  readonly run: (handle: Handle, options?: { readonly timeoutMs?: number }) => unknown;
}

/** What the suite has to know of a handle. */
export interface HandleContract {
  /** The class, for the tests' names. */
  readonly name: string;
  /** A new handle on a new object. */
  readonly open: () => Handle;
  readonly objectOf: (handle: Handle) => ObjectName;
  readonly destroy: (object: ObjectName) => void;
  readonly waits: readonly ContractWait[];
  readonly syncWaits: readonly ContractSyncWait[];
  /** Every other method: after close() each throws ClosedError. */
  readonly calls: Readonly<Record<string, (handle: Handle) => unknown>>;
  /** The module that exports this contract as `contract`, for the programs. */
  readonly module: string;
}

/** Node's timers count whole milliseconds, of the time then and of the time to wait. */
const timerGrainMs = 2;

const closedError = { name: "ClosedError", code: "ERR_CLOSED" };

/** Declares the whole suite for one handle. */
export function testHandleContract(contract: HandleContract): void {
  closing(contract);
  closed(contract);
  for (const wait of contract.waits) waiting(contract, wait);
  for (const wait of contract.syncWaits) syncWaiting(contract, wait);
  livingOn(contract);
}

interface Opened {
  readonly handle: Handle;
  readonly object: ObjectName;
}

function opened(
  scene: TestScene,
  { open, objectOf, destroy }: HandleContract,
  wait?: ContractWait | ContractSyncWait,
): Opened {
  const handle = open();
  const object = objectOf(handle);
  scene.after(() => {
    destroy(object);
    handle.close();
  });
  wait?.prepare(object);
  return { handle, object };
}

function closing(contract: HandleContract): void {
  const { name } = contract;

  test(`${name}: close() is idempotent and never throws`, (scene) => {
    const { handle } = opened(scene, contract);
    assert.equal(handle.closed, false);
    for (let time = 0; time < 3; time++) assert.equal(handle.close(), undefined);
    assert.equal(handle.closed, true);
  });

  test(`${name}: close() does not throw when the object is gone`, (scene) => {
    const { handle, object } = opened(scene, contract);
    contract.destroy(object);
    handle.close();
  });

  test(`${name}: [Symbol.dispose]() closes`, (scene) => {
    const { handle } = opened(scene, contract);
    {
      using used = handle;
      assert.equal(used.closed, false);
    }
    assert.equal(handle.closed, true);
  });
}

/** What a closed handle still answers. */
function closed(contract: HandleContract): void {
  const { name, calls, waits, syncWaits } = contract;

  test(`${name}: everything throws ClosedError after close()`, async (scene) => {
    const { handle } = opened(scene, contract);
    handle.close();
    for (const [call, make] of Object.entries(calls)) {
      assert.throws(() => make(handle), closedError, call);
    }
    for (const wait of syncWaits) {
      assert.throws(() => wait.run(handle, { timeoutMs: 0 }), closedError, wait.name);
    }
    for (const wait of waits) await assert.rejects(wait.begin(handle), closedError, wait.name);
  });

  test(`${name}: ref() and unref() return the handle, before and after close()`, (scene) => {
    const { handle } = opened(scene, contract);
    assert.equal(handle.unref(), handle);
    assert.equal(handle.ref(), handle);
    handle.close();
    assert.equal(handle.unref(), handle);
    assert.equal(handle.ref(), handle);
  });
}

function waiting(contract: HandleContract, wait: ContractWait): void {
  const title = `${contract.name}: ${wait.name}`;
  calledOff(title, contract, wait);
  calledOffLate(title, contract, wait);
  timedOut(title, contract, wait);
  many(title, contract, wait);
}

/** How a wait is called off. */
function calledOff(title: string, contract: HandleContract, wait: ContractWait): void {
  test(`${title} rejects with ClosedError when the handle is closed`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    const waits = [1, 2, 3].map(() => assert.rejects(wait.begin(handle), closedError));
    await wait.begun(object);
    handle.close();
    await within("every end", Promise.all(waits));
  });

  test(`${title} rejects with AbortError, whose cause is the reason`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    const controller = new AbortController();
    const reason = { because: "of this" };
    const waited = wait.begin(handle, { signal: controller.signal });
    const rejected = assert.rejects(waited, (error: Error & { readonly code?: string }) => {
      assert.equal(error.name, "AbortError");
      assert.equal(error.code, "ABORT_ERR");
      assert.equal(error.cause, reason);
      return true;
    });
    await wait.begun(object);
    controller.abort(reason);
    await within("the end", rejected);
  });

  test(`${title} rejects at once when its signal was aborted before`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    const signal = AbortSignal.abort("long ago");
    wait.satisfy(object);
    const aborted = { name: "AbortError", code: "ABORT_ERR", cause: "long ago" };
    await assert.rejects(wait.begin(handle, { signal }), aborted);
    await within("what was satisfied", wait.begin(handle));
  });
}

/** A wait that is called off when it is over, or nearly. */
function calledOffLate(title: string, contract: HandleContract, wait: ContractWait): void {
  test(`${title} either rejects or resolves when the abort comes late, and then it is done`, async (scene) => {
    for (let time = 0; time < 50; time++) {
      const { handle, object } = opened(scene, contract, wait);
      const controller = new AbortController();
      const waited = wait.begin(handle, { signal: controller.signal });
      await wait.begun(object);
      wait.satisfy(object);
      controller.abort();
      const [outcome] = await within("the end", Promise.allSettled([waited]));
      const again = wait.begin(handle, { timeoutMs: 5 });
      if (outcome?.status === "fulfilled") await assert.rejects(again, { code: "ETIMEDOUT" });
      else await again;
    }
  });

  test(`${title} stays resolved when its signal is aborted afterwards`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    const controller = new AbortController();
    const waited = wait.begin(handle, { signal: controller.signal });
    await wait.begun(object);
    wait.satisfy(object);
    await within("the end", waited);
    controller.abort();
    const again = wait.begin(handle, { timeoutMs: 20 });
    await assert.rejects(again, { code: "ETIMEDOUT" });
  });

  test(`${title} leaves no listener on its signal`, async (scene) => {
    const { handle } = opened(scene, contract, wait);
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    for (let time = 0; time < 20; time++) {
      await assert.rejects(wait.begin(handle, { signal, timeoutMs: 0 }), { code: "ETIMEDOUT" });
    }
    assert.equal(listeners(), 0);
  });
}

/** How long a wait may take, and what it refuses. */
function timedOut(title: string, contract: HandleContract, wait: ContractWait): void {
  test(`${title} rejects with ETIMEDOUT after timeoutMs, not before`, async (scene) => {
    const { handle } = opened(scene, contract, wait);
    for (const timeoutMs of [0, 1, 40, 0.5]) {
      const began = performance.now();
      const late = { code: "ETIMEDOUT", errno: -110 };
      await within("the end", assert.rejects(wait.begin(handle, { timeoutMs }), late));
      const took = performance.now() - began;
      assert.ok(took >= timeoutMs - timerGrainMs, `${timeoutMs} ms took ${took} ms`);
    }
  });

  test(`${title} takes what is there although timeoutMs is 0`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    wait.satisfy(object);
    await wait.begin(handle, { timeoutMs: 0 });
  });

  test(`${title} refuses wrong options before it waits`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    wait.satisfy(object);
    const outOfRange = { name: "RangeError", code: "ERR_OUT_OF_RANGE" };
    const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
    for (const timeoutMs of [-1, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(wait.begin(handle, { timeoutMs }), outOfRange);
    }
    const wrong = [
      { timeoutMs: "1" },
      { timeoutMs: null },
      { signal: {} },
      { signal: null },
      5,
      null,
    ];
    for (const options of wrong as WaitOptions[]) {
      await assert.rejects(wait.begin(handle, options), wrongType);
    }
    await within("what was there", wait.begin(handle, { timeoutMs: 2 ** 31 - 1 }));
  });
}

/** Waits beside each other. */
function many(title: string, contract: HandleContract, wait: ContractWait): void {
  test(`${title} settles each of many waits by its own end`, async (scene) => {
    const { handle, object } = opened(scene, contract, wait);
    const controllers = Array.from({ length: 10 }, () => new AbortController());
    const ends = controllers.map(({ signal }) => wait.begin(handle, { signal }));
    const settled = Promise.allSettled(ends);
    await wait.begun(object);
    for (const controller of controllers.slice(1)) controller.abort();
    await Promise.allSettled(ends.slice(1));
    wait.satisfy(object);
    const [first, ...rest] = await within("all ends", settled);
    assert.equal(first?.status, "fulfilled");
    assert.ok(rest.every(({ status }) => status === "rejected"));
  });
}

/** How many abort listeners a signal has, as far as they were added from now on. */
function countListeners(signal: AbortSignal): () => number {
  const listeners = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...given: Parameters<typeof add>): void => {
    listeners.add(given[1]);
    add(...given);
  };
  signal.removeEventListener = (...given: Parameters<typeof remove>): void => {
    listeners.delete(given[1]);
    remove(...given);
  };
  return () => listeners.size;
}

function syncWaiting(contract: HandleContract, wait: ContractSyncWait): void {
  const title = `${contract.name}: ${wait.name}`;

  test(`${title} throws ETIMEDOUT after timeoutMs, not before`, (scene) => {
    const { handle } = opened(scene, contract, wait);
    for (const timeoutMs of [0, 1, 30, 0.5, 150]) {
      const began = performance.now();
      assert.throws(() => wait.run(handle, { timeoutMs }), { code: "ETIMEDOUT", errno: -110 });
      const took = performance.now() - began;
      assert.ok(took >= timeoutMs, `${timeoutMs} ms took ${took} ms`);
      assert.ok(took < timeoutMs + 1_000, `${timeoutMs} ms took ${took} ms`);
    }
  });

  test(`${title} refuses wrong options`, (scene) => {
    const { handle } = opened(scene, contract, wait);
    const outOfRange = { name: "RangeError", code: "ERR_OUT_OF_RANGE" };
    for (const timeoutMs of [-1, 2 ** 31, Number.NaN]) {
      assert.throws(() => wait.run(handle, { timeoutMs }), outOfRange);
    }
    const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
    const wrong: readonly unknown[] = [{ timeoutMs: "1" }, 5, null];
    for (const options of wrong as { timeoutMs: number }[]) {
      assert.throws(() => wait.run(handle, options), wrongType);
    }
  });
}

/** How a process with waits of this handle ends; each is a process of its own. */
function livingOn(contract: HandleContract): void {
  const { name, module, waits } = contract;
  waits.forEach((wait, index) => {
    test(`${name}: a process ends by itself although ${wait.name} waits, after unref()`, async () => {
      for (const when of ["unref-before", "unref-during", "unref-timeout"]) {
        const { code, stdout } = await runProgram(module, index, when);
        assert.deepEqual({ code, stdout }, { code: 0, stdout: "waiting\n" }, when);
      }
    });

    test(`${name}: a process stays while ${wait.name} waits, and ends with it`, async () => {
      for (const when of ["ref", "ref-again"]) {
        const { code, stdout } = await runProgram(module, index, when);
        assert.deepEqual({ code, stdout }, { code: 0, stdout: "waiting\nresolved\n" }, when);
      }
    });
  });

  test(`${name}: a handle that is collected while open is closed with a warning`, async () => {
    assert.match(await leakWarning(module, "leak"), /programs\/handle\.js:\d+/);
  });

  test(`${name}: an instance that opened its handle is collected with it, with a warning`, async () => {
    const message = await leakWarning(module, "leak-of-instance");
    assert.match(message, /new Holder \(.*programs\/handle\.js:\d+/);
  });

  test(`${name}: a closed handle, and one that waits, are collected without a warning`, async () => {
    const { code, stdout, stderr } = await runProgram(module, 0, "no-leak");
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: "", stderr: "" });
  });
}

/** What the warning says of a handle that nobody closed; its first line names the object. */
async function leakWarning(module: string, what: string): Promise<string> {
  const { code, stdout, stderr } = await runProgram(module, 0, what);
  assert.equal(code, 0, stderr);
  const warning = JSON.parse(stdout) as { name?: string; code?: string; message?: string };
  assert.equal(warning.name, "LeakWarning");
  assert.equal(warning.code, "LINUX_IPC_LEAK");
  assert.match(warning.message ?? "", /was collected while open/);
  return warning.message ?? "";
}

async function runProgram(module: string, wait: number, what: string): Promise<Outcome> {
  const program = join(import.meta.dirname, "programs", "handle.js");
  const parameters = ["--expose-gc", program, module, String(wait), what];
  await using peer = await startPeer(process.execPath, parameters, { timeoutMs: 30_000 });
  return await peer.ended();
}
