/** What `ipc diff` says of two saved snapshots, and what it takes for one. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestScene, test } from "../harness/test.ts";
import { ipc, parsed } from "./ipc.ts";
import { blockedReceiver, foreignQueue, perlSend } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;

function folderFor(scene: TestScene): (name: string, text: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-diff-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  return (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
}

test("diff tells what was made, what changed and who waits", settings, async (scene) => {
  const save = folderFor(scene);
  const old = await foreignQueue(scene);
  const before = save("before", (await ipc(["ls", "--json"])).stdout);
  await perlSend(old, 1, "text");
  const made = await foreignQueue(scene);
  const { pid } = await blockedReceiver(scene, made);
  const after = (await ipc(["ls", "--json"])).stdout;
  const { code, stdout } = await ipc(["diff", before, "-"], { input: after });
  assert.equal(code, 1);
  assert.match(stdout, new RegExp(`^\\+ msg:${made}  System V message queue$`, "m"));
  assert.match(stdout, new RegExp(`^~ msg:${old}  .*used\\.bytes 0 → 4`, "m"));
  assert.match(stdout, new RegExp(`^\\+ msg-recv\\[${pid}\\] waits: msg:${made} receive$`, "m"));
  assert.match(stdout, new RegExp(`^\\+ process msg-recv\\[${pid}\\] `, "m"));
  const json = parsed<{ objects: { created: { address: string }[] } }>(
    await ipc(["diff", before, save("after", after), "--json"]),
  );
  assert.ok(json.objects.created.some(({ address }) => address === `msg:${made}`));
  assert.ok(json.objects.created.every(({ address }) => address !== `msg:${old}`));
});

test("diff exits 0 where nothing differs, and says when the machine was started anew", async (scene) => {
  const save = folderFor(scene);
  const text = (await ipc(["ls", "--json"])).stdout;
  const before = save("before", text);
  const same = await ipc(["diff", before, before]);
  assert.equal(same.code, 0);
  assert.equal(same.stdout.split("\n").length, 2);
  const value = JSON.parse(text) as { host: { bootId: string } };
  value.host.bootId = "another";
  const rebooted = await ipc(["diff", before, save("rebooted", JSON.stringify(value))]);
  assert.equal(rebooted.code, 1);
  assert.match(rebooted.stdout, /^the machine was started anew in between/m);
});

test("diff refuses what is no saved snapshot", async (scene) => {
  const save = folderFor(scene);
  const good = save("good", (await ipc(["ls", "--json"])).stdout);
  for (const text of ["", "{", "null", "[]", "{}", '{"schema":"ipc/2"}', '{"schema":"ipc/1"}']) {
    const { code, stdout, stderr } = await ipc(["diff", good, save("bad", text)]);
    assert.deepEqual([code, stdout], [2, ""], text);
    assert.match(stderr, /^ipc: [^\n]*bad is no saved snapshot[^\n]*ipc ls --json\n$/);
  }
  const missing = await ipc(["diff", good, "/no/such/file"]);
  assert.equal(missing.code, 4);
  assert.equal((await ipc(["diff", "-", "-"])).code, 2);
});
