/** Owned descriptors. */
import assert from "node:assert/strict";
import { fstatSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { close, pipe2 } from "../sys/fd.ts";
import { Descriptor } from "./descriptor.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

function pipe(): readonly [Descriptor, Descriptor] {
  const pair = pipe2(O_NONBLOCK | O_CLOEXEC);
  assert.ok(typeof pair !== "number");
  return [new Descriptor(pair[0], "The pipe"), new Descriptor(pair[1], "The pipe")];
}

test("Descriptor.close() closes the descriptor once", () => {
  const [reader, writer] = pipe();
  const { fd } = reader;
  fstatSync(fd);
  reader.close();
  assert.throws(() => fstatSync(fd), { code: "EBADF" });
  assert.throws(() => reader.fd, { code: "ERR_CLOSED" });
  reader.close();
  writer.close();
});

test("Descriptor.release() leaves the descriptor to the caller", () => {
  const [reader, writer] = pipe();
  const fd = reader.release();
  assert.throws(() => reader.fd, { code: "ERR_CLOSED" });
  fstatSync(fd);
  close(fd);
  writer.close();
});
