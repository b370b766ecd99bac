/** Shows of whom it is said that he has ended. */
import assert from "node:assert/strict";
import { startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { processIn } from "../../tests/inspect/table.ts";
import { goneFrom } from "./gone.ts";

test("goneFrom() does not take one that began after the walk for one that ended", async () => {
  const isGone = goneFrom({ processes: new Map() }, true);
  assert.equal(isGone(process.pid), false);
  const peer = await startPeer("cat", []);
  assert.equal(isGone(peer.pid), false);
  peer.end();
  await peer.ended();
  assert.equal(isGone(peer.pid), true);
});

test("goneFrom() says nothing of whom the table has, or may lack, or of another namespace", () => {
  const ended = 2 ** 22;
  assert.equal(goneFrom({ processes: new Map() }, true)(ended), true);
  assert.equal(goneFrom({ processes: new Map([[ended, processIn(ended)]]) }, true)(ended), false);
  assert.equal(goneFrom({ processes: new Map() }, false)(ended), false);
  assert.equal(goneFrom({ processes: new Map() }, true)(0), false);
});
