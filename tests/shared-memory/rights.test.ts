/** What others may not do to a segment, and how they are told. */
import assert from "node:assert/strict";
import type { Peer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { startProgram, startProgramUnder } from "./programs.ts";
import { attached, privateSegment } from "./segment.ts";

/** What each try came to, by its name. */
async function outcomes(peer: Peer): Promise<Readonly<Record<string, string>>> {
  await using outsider = peer;
  const { code, stdout, stderr } = await outsider.ended();
  assert.equal(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => /^(\w+) (.*)$/.exec(line)?.slice(1) as string[]));
}

const refused = "EACCES the segment's mode does not allow it; root needs CAP_IPC_OWNER";
const asNobody = { needs: ["root", "setuid"] } as const;

test("nobody gets EACCES with the way out from another user's segment", asNobody, async (scene) => {
  const segment = privateSegment(scene);
  const said = await outcomes(await startProgram("outsider", [segment.id, "drop"]));
  for (const name of ["attach", "attachReadOnly", "attachInRange", "stat"]) {
    assert.equal(said[name], refused, name);
  }
  for (const name of ["set", "remove"]) {
    assert.match(said[name] ?? "", /^EPERM only the segment's owner, its creator or CAP_SYS_ADMIN/);
  }
  assert.match(said["lock"] ?? "", /^EPERM it needs CAP_IPC_LOCK/);
  assert.match(said["limits"] ?? "", /^(EACCES|EPERM) sysctl kernel\.shmmax .* CAP_SYS_ADMIN/);
  assert.equal(said["list"], "allowed");
  assert.equal(segment.stat().attachments, 0);
});

test(
  "nobody may read where the mode lets everybody read, and write nothing",
  asNobody,
  async (scene) => {
    const segment = privateSegment(scene);
    segment.set({ mode: 0o644 });
    const memory = attached(scene, segment);
    memory.write(0, "mine");
    const said = await outcomes(await startProgram("outsider", [segment.id, "drop"]));
    assert.equal(said["attach"], refused);
    assert.equal(said["attachInRange"], refused);
    for (const name of ["attachReadOnly", "stat"]) assert.equal(said[name], "allowed", name);
    assert.equal(said["write"], "allowed", "it is seen by nobody else");
    assert.match(said["protect"] ?? "", /^EACCES it is open for reading alone/);
    assert.equal(memory.read(0, 4).toString(), "mine");
  },
);

test("root of another user namespace has no power over the segment's mode", {
  needs: ["userns"],
}, async (scene) => {
  const segment = privateSegment(scene);
  segment.set({ mode: 0 });
  const inside = ["unshare", "--user", "--map-root-user", "--"] as const;
  const said = await outcomes(await startProgramUnder(inside, "outsider", [segment.id, "stay"]));
  for (const name of ["attach", "attachReadOnly", "stat"]) assert.equal(said[name], refused, name);
  // It is the same user, so it may change and remove the segment: the owner's right, not root's.
  assert.equal(said["set"], "allowed");
  assert.equal(said["remove"], "allowed");
});
