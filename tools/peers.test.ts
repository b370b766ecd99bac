/** Shows which packages would be installed. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "../tests/harness/test.ts";
import { missingPeers, peerPackages } from "./peers.ts";

test("missingPeers() names what is not installed, and not what is", async () => {
  const wanted = ["dpkg", "there-is-no-such-package"].map((name) => ({ name, reason: "a test" }));
  const missing = (await missingPeers(wanted)).map((peer) => peer.name);
  const expected = existsSync("/usr/bin/dpkg-query") ? ["there-is-no-such-package"] : [];
  assert.deepEqual(missing, expected);
});

test("peerPackages has a reason for each package", () => {
  assert.ok(peerPackages.every(({ reason }) => reason !== ""));
});
