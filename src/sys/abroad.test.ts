/** What a thread opens in another namespace, and what is left of it. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { runPeer, startPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import {
  CLONE_NEWIPC,
  CLONE_NEWNET,
  enterAbroad,
  leaveAbroad,
  mqueueAbroad,
  openAbroad,
  queueAbroad,
  socketAbroad,
} from "./abroad.ts";
import { close } from "./fd.ts";
import { MSGCTL_BYTES, msgctl } from "./msg.ts";
import { createRegion, releaseRegion } from "./region.ts";
import { IPC_STAT } from "./sysv.ts";

const needs = ["namespaces", "util-linux"] as const;
const here = { fd: -1, type: CLONE_NEWIPC };

function open(path: string): number {
  return openSync(path, constants.O_RDONLY);
}

/** The text behind a descriptor, which is closed. */
function textOf(fd: number): string {
  assert.ok(fd >= 0, `${fd}`);
  try {
    return readFileSync(fd, "latin1");
  } finally {
    close(fd);
  }
}

/** Threads and descriptors of this process. */
function own(): readonly number[] {
  return ["task", "fd"].map((name) => readdirSync(`/proc/self/${name}`).length);
}

test("openAbroad() reads the table of another IPC namespace, and we stay here", {
  needs,
}, async () => {
  const script = "ipcmk -M 4096 -p 640 >/dev/null && echo && read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  await peer.line();
  const there = open(`/proc/${peer.pid}/ns/ipc`);
  const home = readlinkSync("/proc/thread-self/ns/ipc");
  const before = own();
  const text = textOf(openAbroad({ fd: there, type: CLONE_NEWIPC }, "/proc/sysvipc/shm"));
  const target = ["--ipc", "--target", `${peer.pid}`, "cat", "/proc/sysvipc/shm"];
  assert.equal(text, (await runPeer("nsenter", target)).stdout);
  assert.equal(text.split("\n").length, 3);
  assert.equal(textOf(openAbroad(here, "/proc/sysvipc/shm")).split("\n").length, 2);
  assert.deepEqual(own(), before);
  assert.equal(readlinkSync("/proc/thread-self/ns/ipc"), home);
  closeSync(there);
  peer.end();
  await peer.ended();
});

test("socketAbroad() makes a socket of the other network", { needs }, async () => {
  await using peer = await startPeer("unshare", ["--net", "sh", "-c", "echo; read line"]);
  await peer.line();
  const there = open(`/proc/${peer.pid}/ns/net`);
  const [AF_UNIX, SOCK_STREAM] = [1, 1];
  const fd = socketAbroad({ fd: there, type: CLONE_NEWNET }, AF_UNIX, SOCK_STREAM, 0);
  assert.match(readlinkSync(`/proc/self/fd/${fd}`), /^socket:/);
  const flags = readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
  assert.match(flags, /^flags:\t02004002$/m);
  const unix = textOf(openAbroad({ fd: there, type: CLONE_NEWNET }, "/proc/thread-self/net/dev"));
  assert.deepEqual(unix.match(/^ *\w+:/gm), ["    lo:"]);
  close(fd);
  closeSync(there);
  peer.end();
  await peer.ended();
});

test("mqueueAbroad() is the queues of a namespace, and no mount is seen", { needs }, async () => {
  const mounts = readFileSync("/proc/self/mountinfo", "latin1");
  const script = "mount -t mqueue none /mnt && touch /mnt/there && echo && read line";
  const namespaces = ["--ipc", "--mount", "sh", "-c", script];
  await using peer = await startPeer("unshare", namespaces);
  await peer.line();
  const there = open(`/proc/${peer.pid}/ns/ipc`);
  const fd = mqueueAbroad({ fd: there, type: CLONE_NEWIPC });
  assert.deepEqual(readdirSync(`/proc/self/fd/${fd}`), ["there"]);
  const text = readFileSync(`/proc/self/fd/${fd}/there`, "latin1");
  assert.match(text, /^QSIZE:0 +NOTIFY:0 +SIGNO:0 +NOTIFY_PID:0 *\n$/);
  assert.throws(() => openSync(`/proc/self/fd/${fd}/new`, "w"), { code: "EROFS" });
  const ours = mqueueAbroad(here);
  assert.deepEqual(readdirSync(`/proc/self/fd/${ours}`), []);
  assert.equal(readFileSync("/proc/self/mountinfo", "latin1"), mounts);
  for (const one of [fd, ours]) close(one);
  closeSync(there);
  peer.end();
  await peer.ended();
});

test("a refusal at the door leaves no thread and no descriptor", () => {
  const wrong = open("/proc/self/ns/net");
  assert.equal(openAbroad({ fd: wrong, type: CLONE_NEWIPC }, "/"), -22);
  const before = own();
  assert.equal(openAbroad({ fd: wrong, type: CLONE_NEWIPC }, "/"), -22);
  assert.equal(openAbroad({ fd: 1 << 30, type: CLONE_NEWIPC }, "/"), -9);
  assert.equal(openAbroad({ fd: -2, type: CLONE_NEWIPC }, "/"), -9);
  assert.equal(openAbroad({ fd: wrong, type: 0 }, "/"), -22);
  assert.equal(openAbroad({ fd: wrong, type: CLONE_NEWNET }, "/there/is/none"), -2);
  assert.equal(socketAbroad({ fd: wrong, type: CLONE_NEWNET }, 9999, 1, 0), -97);
  assert.equal(mqueueAbroad({ fd: wrong, type: CLONE_NEWIPC }), -22);
  assert.equal(enterAbroad({ fd: wrong, type: CLONE_NEWIPC }), -22);
  assert.equal(queueAbroad(here, Buffer.from("there-is-none")), -2);
  assert.deepEqual(own(), before);
  closeSync(wrong);
});

test("without privilege a namespace is not entered, and ours is open as ever", {
  needs: [...needs, "setuid"],
}, async () => {
  const program = new URL("../../tests/message-queue/programs/abroad.js", import.meta.url).pathname;
  const parameters = ["--reuid=65534", "--clear-groups", process.execPath, program];
  const { stdout, stderr } = await runPeer("setpriv", parameters);
  assert.deepEqual(JSON.parse(stdout || stderr), { entered: -1, here: true, queues: -1 });
});

test("between enterAbroad() and leaveAbroad() the calls look there", { needs }, async () => {
  const script = "ipcmk -Q >/dev/null && ipcmk -S 3 >/dev/null && echo && read line";
  await using peer = await startPeer("unshare", ["--ipc", "sh", "-c", script]);
  await peer.line();
  const there = open(`/proc/${peer.pid}/ns/ipc`);
  const place = { fd: there, type: CLONE_NEWIPC };
  const before = own();
  const memory = createRegion(MSGCTL_BYTES);
  const tables = (): number => textOf(openAbroad(here, "/proc/sysvipc/sem")).split("\n").length;
  const home = { queues: msgctl(0, IPC_STAT, memory), sets: tables() };
  assert.deepEqual(home, { queues: -22, sets: 2 });
  assert.equal(enterAbroad(place), 0);
  assert.equal(enterAbroad(place), -16);
  assert.deepEqual([msgctl(0, IPC_STAT, memory), tables()], [0, 3]);
  assert.equal(readdirSync("/proc/self/task").length, (before[0] ?? 0) + 1);
  leaveAbroad();
  leaveAbroad();
  assert.deepEqual({ queues: msgctl(0, IPC_STAT, memory), sets: tables() }, home);
  assert.deepEqual(own(), before);
  releaseRegion(memory);
  closeSync(there);
  peer.end();
  await peer.ended();
});

test("the thread abroad has every signal blocked, and ends with its worker", {
  needs: ["namespaces"],
}, async (scene) => {
  const program = new URL("../../tests/message-queue/programs/stays-abroad.js", import.meta.url);
  const worker = new Worker(program);
  scene.after(() => worker.terminate());
  const [tid] = (await once(worker, "message")) as [number];
  const status = readFileSync(`/proc/self/task/${tid}/status`, "latin1");
  assert.match(status, /^Name:\tipc-abroad$/m);
  // SIGKILL and SIGSTOP cannot be blocked, and the C library keeps 32 for itself.
  assert.match(status, /^SigBlk:\tffffffff[7f]ffbfeff$/m);
  await worker.terminate();
  assert.throws(() => readFileSync(`/proc/self/task/${tid}/status`), /ENOENT|ESRCH/);
});
