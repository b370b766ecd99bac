/** POSIX message queues through the addon. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import { close } from "./fd.ts";
import * as mq from "./mq.ts";

const names = ["O_RDONLY", "O_RDWR", "O_CREAT", "O_EXCL", "O_NONBLOCK"] as const;

test("every constant is the one of fcntl.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["fcntl.h"], names);
  assert.deepEqual(Object.fromEntries(names.map((name) => [name, mq[name]])), expected);
});

test("mqOpen() makes a queue, mqGetattr() measures it, mqUnlink() removes it", () => {
  const name = Buffer.from("linux-ipc.test");
  const flags = mq.O_RDWR | mq.O_CREAT | mq.O_EXCL | mq.O_NONBLOCK;
  const fd = mq.mqOpen(name, flags, 0o600, { mq_maxmsg: 3, mq_msgsize: 77 });
  assert.ok(fd >= 0, `${fd}`);
  assert.equal(readlinkSync(`/proc/self/fd/${fd}`), "/linux-ipc.test");
  assert.equal(mq.mqOpen(name, flags, 0o600), -17);
  assert.deepEqual(mq.mqGetattr(fd), {
    mq_flags: mq.O_NONBLOCK,
    mq_maxmsg: 3,
    mq_msgsize: 77,
    mq_curmsgs: 0,
  });
  assert.equal(mq.mqUnlink(name), 0);
  assert.equal(mq.mqUnlink(name), -2);
  assert.equal(mq.mqOpen(name, mq.O_RDONLY), -2);
  close(fd);
  assert.equal(mq.mqGetattr(fd), -9);
  assert.equal(mq.mqGetattr(-1), -9);
});
