/** The beginning of every *_ds structure; that of each is held against the headers in its own test. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { decodeIpcPerm, encodeIpcPerm } from "./ipc-perm.ts";

test("decodeIpcPerm() reads what encodeIpcPerm() has written, and nothing else is written", () => {
  const view = new DataView(new Uint8Array(48).fill(0xee).buffer);
  const perm = {
    key: 0xfa000001,
    uid: 1,
    gid: 2,
    creatorUid: 2 ** 32 - 2,
    creatorGid: 4,
    mode: 0o3640,
    sequence: 0xfffe,
  };
  encodeIpcPerm(view, perm);
  assert.deepEqual(decodeIpcPerm(view), perm);
  for (const padding of [22, 23, 26, 47]) assert.equal(view.getUint8(padding), 0xee);
});
