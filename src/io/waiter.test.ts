/** Waits on threads of ours. The blocking calls at hand are those of System V messages. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { until } from "../../tests/harness/deadline.ts";
import { type TestScene, test } from "../../tests/harness/test.ts";
import * as msg from "../sys/msg.ts";
import { createRegion, releaseRegion } from "../sys/region.ts";
import { IPC_PRIVATE, IPC_RMID } from "../sys/sysv.ts";
import { WAIT_MSGRCV } from "../sys/wait.ts";
import type { WaitOptions } from "./handle.ts";
import { Lifetime } from "./lifetime.ts";
import { WAITS_MAX, waitFor, waitsOver } from "./waiter.ts";

interface Queue {
  readonly lifetime: Lifetime;
  receive(options?: WaitOptions): Promise<number>;
  send(text: string): void;
}

/** A private queue and its lifetime, gone when the test ends. */
function queueFor(scene: TestScene): Queue {
  const id = msg.msgget(IPC_PRIVATE, 0o600);
  const handle = {};
  const lifetime = new Lifetime(
    handle,
    () => `msg:${id}`,
    () => waitsOver(lifetime),
  );
  const memory = createRegion(msg.MSGCTL_BYTES);
  scene.after(() => {
    lifetime.close();
    msg.msgctl(id, IPC_RMID, memory);
    releaseRegion(memory);
  });
  return {
    lifetime,
    receive(options = {}) {
      const own = createRegion(msg.TYPE_BYTES + 64);
      const about = { syscall: "msgrcv", address: `msg:${id}`, lifetime };
      const call = { operation: WAIT_MSGRCV, id, memory: own, sizeBytes: 64, flags: 0, ...about };
      return waitFor(call, options).finally(() => releaseRegion(own));
    },
    send(text) {
      memory.view.setBigInt64(0, 1n, true);
      memory.bytes.write(text, msg.TYPE_BYTES);
      assert.equal(msg.tryMsgsnd(id, memory, text.length), 0);
    },
  };
}

function threads(): number {
  const names = readdirSync("/proc/self/task").map((tid) => commOf(tid));
  return names.filter((name) => name === "ipc-wait\n").length;
}

function commOf(tid: string): string {
  try {
    return readFileSync(`/proc/self/task/${tid}/comm`, "latin1");
  } catch {
    return "";
  }
}

test("waitFor() resolves with what the kernel answers", async (scene) => {
  const queue = queueFor(scene);
  const wait = queue.receive();
  queue.send("hello");
  assert.equal(await wait, 5);
});

test("waitFor() rejects with AbortError, ETIMEDOUT and ClosedError", async (scene) => {
  const queue = queueFor(scene);
  const controller = new AbortController();
  const aborted = queue.receive({ signal: controller.signal });
  controller.abort("why");
  await assert.rejects(aborted, { name: "AbortError", cause: "why" });
  await assert.rejects(queue.receive({ timeoutMs: 5 }), { code: "ETIMEDOUT", syscall: "msgrcv" });
  const closed = queue.receive();
  queue.lifetime.close();
  await assert.rejects(closed, { name: "ClosedError" });
});

test("waits leave libuv's pool of four threads alone", async (scene) => {
  const queue = queueFor(scene);
  const waits = Array.from({ length: 16 }, () => queue.receive());
  await readFile("/proc/self/stat");
  for (let i = 0; i < 16; i++) queue.send("x");
  await Promise.all(waits);
});

test("the threads end with the last handle that waited", async (scene) => {
  const queue = queueFor(scene);
  const waits = Array.from({ length: 8 }, () => queue.receive());
  await until("eight threads with their name", () => threads() === 8);
  for (let i = 0; i < 8; i++) queue.send("x");
  await Promise.all(waits);
  queue.lifetime.close();
  assert.equal(threads(), 0);
});

test("waitFor() refuses more waits than WAITS_MAX and says so", async (scene) => {
  const queue = queueFor(scene);
  const waits = Array.from({ length: WAITS_MAX }, () => queue.receive());
  await assert.rejects(async () => queue.receive(), {
    code: "EAGAIN",
    hint: /1024 calls are blocked/,
  });
  queue.lifetime.close();
  const results = await Promise.allSettled(waits);
  assert.ok(results.every((result) => result.status === "rejected"));
});
