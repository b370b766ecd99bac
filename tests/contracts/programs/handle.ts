/**
 * How a handle keeps its process alive, or not: `handle MODULE WAIT WHAT`, where the module exports
 * the `contract` of the handle and WAIT is the index of one of its waits. The object is destroyed at
 * the end, however it comes.
 */
import { setImmediate as turn } from "node:timers/promises";
import type { Handle } from "linux-ipc";
import type { ContractWait, HandleContract, ObjectName } from "../handle.ts";

const [moduleUrl = "", waitIndex, what = ""] = process.argv.slice(2);
const { contract } = (await import(moduleUrl)) as { contract: HandleContract };
const wait = contract.waits[Number(waitIndex)] as ContractWait;

/** The end of a process with nothing but a wait that does not count: no code runs after it. */
function unreferenced(handle: Handle): void {
  if (what === "unref-before") handle.unref();
  const options = what === "unref-timeout" ? { timeoutMs: 20_000 } : {};
  wait.begin(handle, options).then(
    () => console.log("resolved"),
    () => console.log("rejected"),
  );
  if (what !== "unref-before") handle.unref();
  console.log("waiting");
}

/** The only thing that can end this process in time is the wait. */
async function referenced(handle: Handle, object: ObjectName): Promise<void> {
  if (what === "ref-again") handle.unref();
  const waited = wait.begin(handle);
  if (what === "ref-again") handle.ref();
  console.log("waiting");
  await wait.begun(object);
  setTimeout(() => wait.satisfy(object), 30).unref();
  await waited;
  console.log("resolved");
}

/** Collected sooner or later: the collector is asked until it is, or it has had every chance. */
async function collect(until: () => boolean): Promise<void> {
  for (let time = 0; time < 50 && !until(); time++) {
    globalThis.gc?.();
    await turn();
  }
}

/** Opened while `this` is on the stack: where it was opened must not be what keeps it. */
class Holder {
  readonly handle: Handle = contract.open();
}

async function leak(open: () => Handle): Promise<void> {
  let warning: (Error & { readonly code?: string }) | undefined;
  process.removeAllListeners("warning").on("warning", (warned) => {
    warning = warned;
  });
  const object = contract.objectOf(open());
  await collect(() => warning !== undefined);
  contract.destroy(object);
  const { name, code, message } = warning ?? {};
  console.log(JSON.stringify({ name, code, message }));
}

async function noLeak(): Promise<void> {
  contract.destroy(openAndClose());
  const { object, ended } = openAndWait();
  await collect(() => false);
  wait.satisfy(object);
  await ended;
  contract.destroy(object);
  await collect(() => false);
}

function openAndClose(): ObjectName {
  using handle = contract.open();
  return contract.objectOf(handle);
}

/** Nothing but the wait holds the handle. */
function openAndWait(): { readonly object: ObjectName; readonly ended: Promise<unknown> } {
  const handle = contract.open();
  const object = contract.objectOf(handle);
  wait.prepare(object);
  return { object, ended: wait.begin(handle).finally(() => handle.close()) };
}

async function live(): Promise<void> {
  const handle = contract.open();
  const object = contract.objectOf(handle);
  wait.prepare(object);
  process.once("exit", () => contract.destroy(object));
  if (what.startsWith("unref")) return unreferenced(handle);
  await referenced(handle, object);
  handle.close();
}

if (what === "leak") await leak(contract.open);
else if (what === "leak-of-instance") await leak(() => new Holder().handle);
else if (what === "no-leak") await noLeak();
else await live();
