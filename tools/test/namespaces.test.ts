/** The way into namespaces, for the tests that run as somebody else. */
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "../../tests/harness/test.ts";
import { barrierOf } from "./namespaces.ts";

test("barrierOf() finds the ancestor that others may not pass, and none where all may", (scene) => {
  const top = mkdtempSync("/var/tmp/linux-ipc-barrier-");
  scene.after(() => rmSync(top, { recursive: true }));
  const tree = join(top, "closed", "open", "tree");
  mkdirSync(tree, { recursive: true });
  chmodSync(top, 0o755);
  assert.equal(barrierOf(tree), "");
  chmodSync(join(top, "closed"), 0o700);
  assert.equal(barrierOf(tree), join(top, "closed"));
  assert.equal(barrierOf(join(top, "closed")), "");
});
