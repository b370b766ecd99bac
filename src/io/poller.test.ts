/** Readiness through the event loop. */
import assert from "node:assert/strict";
import { openSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { pipe2, read, write } from "../sys/fd.ts";
import { EPOLLHUP, EPOLLIN, EPOLLOUT } from "../sys/poll.ts";
import { createRegion, releaseRegion } from "../sys/region.ts";
import { Descriptor } from "./descriptor.ts";
import type { WaitOptions } from "./handle.ts";
import { waitReady } from "./poller.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

function pipe(): readonly [Descriptor, Descriptor] {
  const pair = pipe2(O_NONBLOCK | O_CLOEXEC);
  assert.ok(typeof pair !== "number");
  return [new Descriptor(pair[0], "The pipe"), new Descriptor(pair[1], "The pipe")];
}

function ready(end: Descriptor, events: number, options: WaitOptions = {}): Promise<number> {
  return waitReady(end.fd, { ...options, events, lifetime: end.lifetime, syscall: "read" });
}

function put(end: Descriptor, sizeBytes: number): number {
  const memory = createRegion(sizeBytes);
  const written = write(end.fd, memory, 0, sizeBytes);
  releaseRegion(memory);
  return written;
}

test("waitReady() resolves when a byte arrives", async () => {
  const [reader, writer] = pipe();
  const wait = ready(reader, EPOLLIN);
  put(writer, 1);
  assert.equal((await wait) & EPOLLIN, EPOLLIN);
  reader.close();
  writer.close();
});

test("waitReady() remembers an edge that came while nobody waited", async () => {
  const [reader, writer] = pipe();
  const first = ready(reader, EPOLLIN);
  put(writer, 1);
  await first;
  put(writer, 1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await ready(reader, EPOLLIN)) & EPOLLIN, EPOLLIN);
  reader.close();
  writer.close();
});

test("waitReady() tells reading and writing apart on one descriptor", async () => {
  const [reader, writer] = pipe();
  while (put(writer, 65536) > 0);
  const room = ready(writer, EPOLLOUT, { timeoutMs: 1 });
  await assert.rejects(room, { code: "ETIMEDOUT" });
  const later = ready(writer, EPOLLOUT);
  const memory = createRegion(65536);
  assert.equal(read(reader.fd, memory, 0, 65536), 65536);
  releaseRegion(memory);
  assert.equal((await later) & EPOLLOUT, EPOLLOUT);
  reader.close();
  writer.close();
});

test("waitReady() ends with EPOLLHUP when the other end goes", async () => {
  const [reader, writer] = pipe();
  const wait = ready(reader, EPOLLIN);
  writer.close();
  assert.equal((await wait) & EPOLLHUP, EPOLLHUP);
  reader.close();
});

test("waitReady() rejects with AbortError, and with ClosedError on close()", async () => {
  const [reader, writer] = pipe();
  const controller = new AbortController();
  const aborted = ready(reader, EPOLLIN, { signal: controller.signal });
  controller.abort("why");
  await assert.rejects(aborted, { name: "AbortError", cause: "why" });
  const closed = ready(reader, EPOLLIN);
  reader.close();
  await assert.rejects(closed, { name: "ClosedError" });
  writer.close();
});

test("waitReady() wakes a thousand waits at once", async () => {
  const pairs = Array.from({ length: 1000 }, pipe);
  const waits = pairs.map(([reader]) => ready(reader, EPOLLIN));
  for (const [, writer] of pairs) put(writer, 1);
  assert.equal((await Promise.all(waits)).length, 1000);
  for (const [reader, writer] of pairs) {
    reader.close();
    writer.close();
  }
});

test("waitReady() refuses a file, which cannot be polled", () => {
  const file = new Descriptor(openSync("/proc/self/exe", "r"), "The file");
  assert.throws(() => void ready(file, EPOLLIN), { code: "EPERM", syscall: "read" });
  file.close();
});
