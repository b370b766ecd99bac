/** Memory that has a descriptor and no name. */
import assert from "node:assert/strict";
import { readlinkSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { errnoOf } from "./errno.ts";
import { close } from "./fd.ts";
import { F_SEAL_SEAL, getSeals, MFD_CLOEXEC, memfdCreate } from "./memfd.ts";

test("memfdCreate() makes memory of that name", () => {
  const fd = memfdCreate("of a test", MFD_CLOEXEC);
  try {
    assert.equal(readlinkSync(`/proc/self/fd/${fd}`), "/memfd:of a test (deleted)");
  } finally {
    close(fd);
  }
});

test("memfdCreate() gives what the kernel says to a name or flags that it does not take", () => {
  assert.equal(memfdCreate("x".repeat(250), MFD_CLOEXEC), -errnoOf("EINVAL"));
  assert.equal(memfdCreate("x", 2 ** 30), -errnoOf("EINVAL"));
});

test("getSeals() says what is sealed, and that there is nothing to seal", () => {
  const fd = memfdCreate("of a test", MFD_CLOEXEC);
  try {
    assert.equal(getSeals(fd), F_SEAL_SEAL);
  } finally {
    close(fd);
  }
  assert.equal(getSeals(-1), -errnoOf("EBADF"));
});
