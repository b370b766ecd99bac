/** One wait as its caller sees it. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import type { WaitOptions } from "./handle.ts";
import { KeepAlive } from "./keep-alive.ts";
import { Lifetime } from "./lifetime.ts";
import { Pending } from "./pending.ts";

interface Scene {
  readonly pending: Pending;
  readonly lifetime: Lifetime;
  readonly interrupts: () => number;
  readonly alive: () => boolean;
}

function begin(options: WaitOptions): Scene {
  const handle = {};
  const lifetime = new Lifetime(
    handle,
    () => "The thing",
    () => {},
  );
  let alive = false;
  let interrupts = 0;
  const keepAlive = new KeepAlive((now) => {
    alive = now;
  });
  const interrupt = (): void => void interrupts++;
  const context = { lifetime, keepAlive, syscall: "wait", address: "thing:1", interrupt };
  const pending = new Pending(context, options);
  return { pending, lifetime, interrupts: () => interrupts, alive: () => alive };
}

test("Pending resolves with the kernel's result", async () => {
  const { pending, lifetime, alive } = begin({});
  assert.ok(alive());
  pending.settle(42);
  assert.equal(await pending.promise, 42);
  assert.ok(!alive());
  lifetime.close();
});

test("Pending rejects with AbortError once the kernel has let go", async () => {
  const controller = new AbortController();
  const { pending, lifetime, interrupts } = begin({ signal: controller.signal });
  controller.abort("why");
  assert.equal(interrupts(), 1);
  pending.settle(undefined);
  await assert.rejects(pending.promise, { name: "AbortError", cause: "why" });
  lifetime.close();
});

test("Pending resolves when the abort came too late", async () => {
  const controller = new AbortController();
  const { pending, lifetime } = begin({ signal: controller.signal });
  controller.abort();
  pending.settle(3);
  assert.equal(await pending.promise, 3);
  lifetime.close();
});

test("Pending keeps the first reason when two come", async () => {
  const controller = new AbortController();
  const { pending, lifetime, interrupts } = begin({ signal: controller.signal });
  lifetime.close();
  controller.abort();
  assert.equal(interrupts(), 1);
  pending.settle(undefined);
  await assert.rejects(pending.promise, { name: "ClosedError" });
});

test("Pending of a handle that was unreferenced does not keep the process alive", () => {
  const { pending, lifetime, alive } = begin({});
  lifetime.reference(false);
  assert.ok(!alive());
  lifetime.reference(true);
  assert.ok(alive());
  pending.settle(0);
  assert.ok(!alive());
  lifetime.close();
});

test("Pending asks for its end when its time is up", async () => {
  const handle = {};
  const lifetime = new Lifetime(
    handle,
    () => "The thing",
    () => {},
  );
  const keepAlive = new KeepAlive(() => {});
  const interrupt = (): void => pending.settle(undefined);
  const context = { lifetime, keepAlive, syscall: "wait", address: "thing:1", interrupt };
  const pending = new Pending(context, { timeoutMs: 1 });
  await assert.rejects(pending.promise, { code: "ETIMEDOUT", syscall: "wait", address: "thing:1" });
  lifetime.close();
});
