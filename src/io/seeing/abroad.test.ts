/** Doors to the namespaces of others. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { startPeer } from "../../../tests/harness/peer.ts";
import { test } from "../../../tests/harness/test.ts";
import { openDoor, openFileIn, openMessageQueuesIn, openSocketIn } from "./abroad.ts";

const needs = ["namespaces", "util-linux"] as const;
const here = { name: "ipc", door: undefined } as const;

test("openDoor() opens the namespace that is meant, through whoever still is in it", {
  needs,
}, async () => {
  const script = "ipcmk -Q >/dev/null; echo; read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  await peer.line();
  const inode = statSync(`/proc/${peer.pid}/ns/ipc`).ino;
  const place = openDoor("ipc", { inode, pids: [2 ** 22 + 1, process.pid, peer.pid] });
  assert.ok(place?.door !== undefined);
  using door = place.door;
  assert.equal(statSync(`/proc/self/fd/${door.fd}`).ino, inode);
  using file = openFileIn(place, "/proc/sysvipc/msg");
  assert.equal(readFileSync(file.fd, "latin1").split("\n").length, 3);
  peer.end();
  await peer.ended();
});

test("openDoor() gives nothing where the numbers are others' by now", () => {
  assert.equal(openDoor("ipc", { inode: 1, pids: [process.pid, 2 ** 22 + 1] }), undefined);
});

test("what is opened here belongs to its Descriptor", () => {
  const before = readdirSync("/proc/self/fd").length;
  openFileIn(here, "/proc/sysvipc/sem").close();
  openSocketIn({ name: "net", door: undefined }, 1, 1, 0).close();
  assert.equal(readdirSync("/proc/self/fd").length, before);
});

test("a refusal is a SystemError", () => {
  assert.throws(() => openFileIn(here, "/there/is/none"), { code: "ENOENT", syscall: "open" });
  const net = { name: "net", door: undefined } as const;
  assert.throws(() => openSocketIn(net, 9999, 1, 0), { code: "EAFNOSUPPORT" });
});

test("openMessageQueuesIn() opens a directory", { needs: ["isolated"] }, () => {
  using queues = openMessageQueuesIn(here);
  assert.deepEqual(readdirSync(`/proc/self/fd/${queues.fd}`), []);
});
