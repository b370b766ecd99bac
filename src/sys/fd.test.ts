/** Descriptors through the addon. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { close, eventfd2, pipe2, read, write } from "./fd.ts";
import { createRegion, releaseRegion } from "./region.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

test("pipe2() makes two ends through which bytes pass", () => {
  const pair = pipe2(O_NONBLOCK | O_CLOEXEC);
  assert.ok(typeof pair !== "number");
  const [readFd, writeFd] = pair;
  assert.match(readlinkSync(`/proc/self/fd/${readFd}`), /^pipe:/);
  const memory = createRegion(16);
  assert.equal(read(readFd, memory, 0, 8), -11);
  memory.bytes.write("hello");
  assert.equal(write(writeFd, memory, 0, 5), 5);
  assert.equal(read(readFd, memory, 8, 8), 5);
  assert.equal(memory.bytes.toString("latin1", 8, 13), "hello");
  releaseRegion(memory);
  assert.equal(close(readFd), 0);
  assert.equal(close(writeFd), 0);
  assert.equal(close(writeFd), -9);
});

test("pipe2() hands over the kernel's refusal", () => {
  assert.equal(pipe2(0x7fffffff), -22);
});

test("eventfd2() makes a counter", () => {
  const fd = eventfd2(7, O_NONBLOCK | O_CLOEXEC);
  const memory = createRegion(8);
  assert.equal(read(fd, memory, 0, 8), 8);
  assert.equal(memory.view.getBigUint64(0, true), 7n);
  releaseRegion(memory);
  close(fd);
});
