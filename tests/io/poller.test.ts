/** Readiness that several waits on one descriptor share. */
import assert from "node:assert/strict";
import { Descriptor } from "../../src/io/descriptor.ts";
import { waitReady } from "../../src/io/poller.ts";
import { errnoOf } from "../../src/sys/errno.ts";
import { pipe2, read, write } from "../../src/sys/fd.ts";
import { EPOLLIN } from "../../src/sys/poll.ts";
import { createRegion, releaseRegion } from "../../src/sys/region.ts";
import { within } from "../harness/deadline.ts";
import { type TestScene, test } from "../harness/test.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;
const EAGAIN = -errnoOf("EAGAIN");

function pipe(scene: TestScene): readonly [Descriptor, Descriptor] {
  const pair = pipe2(O_NONBLOCK | O_CLOEXEC);
  assert.ok(typeof pair !== "number");
  const ends = [new Descriptor(pair[0], "The pipe"), new Descriptor(pair[1], "The pipe")] as const;
  scene.after(() => {
    for (const end of ends) end.close();
  });
  return ends;
}

/** Takes one byte as every room takes what can be polled: tries, and waits while there is none. */
async function takeByte(end: Descriptor): Promise<number> {
  for (;;) {
    const byte = readByte(end);
    if (byte !== EAGAIN) return byte;
    await waitReady(end.fd, { events: EPOLLIN, lifetime: end.lifetime, syscall: "read" });
  }
}

/** The byte, or -errno. */
function readByte(end: Descriptor): number {
  const memory = createRegion(1);
  const count = read(end.fd, memory, 0, 1);
  const byte = memory.bytes[0] ?? 0;
  releaseRegion(memory);
  return count === 1 ? byte : count;
}

function put(end: Descriptor, bytes: readonly number[]): void {
  const memory = createRegion(bytes.length);
  memory.bytes.set(bytes);
  assert.equal(write(end.fd, memory, 0, bytes.length), bytes.length);
  releaseRegion(memory);
}

for (const waiters of [2, 3, 16]) {
  test(`waitReady() wakes each of ${waiters} waits on one pipe for bytes written at once`, async (scene) => {
    const [reader, writer] = pipe(scene);
    const taken = Array.from({ length: waiters }, () => takeByte(reader));
    const bytes = Array.from({ length: waiters }, (_, index) => index + 1);
    put(writer, bytes);
    const all = await within("every byte", Promise.all(taken));
    assert.deepEqual(
      all.sort((one, two) => one - two),
      bytes,
    );
  });
}

test("waitReady() wakes a second wait for what the first one left, and for what comes later", async (scene) => {
  const [reader, writer] = pipe(scene);
  const both = [takeByte(reader), takeByte(reader)];
  put(writer, [1]);
  assert.equal(await within("the first byte", Promise.race(both)), 1);
  put(writer, [2]);
  const taken = await within("the second byte", Promise.all(both));
  assert.deepEqual(taken.sort(), [1, 2]);
});
