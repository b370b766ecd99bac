/** why, who and tree along pipes, sockets, locks and children of foreign programs. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { inTree } from "../../tools/paths.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import { startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ipc } from "./ipc.ts";

const settings = { needs: ["python", "isolated", "root"] } as const;

/** The two processes of a scene of talkers.py, both asleep in a call. */
async function talkers(
  scene: TestScene,
  name: string,
  ...words: readonly string[]
): Promise<readonly [a: number, b: number]> {
  const peer = await startPeer(python, [inTree("tests/cli/peers/talkers.py"), name, ...words]);
  scene.after(() => peer[Symbol.asyncDispose]());
  const [a = 0, b = 0] = (await peer.line()).split(" ").map(Number);
  scene.after(() => {
    // The child may have ended with its parent.
    if (b !== a && isThere(b)) process.kill(b, "SIGKILL");
  });
  return [a, b];
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function sleeps(pid: number): boolean {
  const text = readFileSync(`/proc/${pid}/syscall`, "latin1");
  const comm = readFileSync(`/proc/${pid}/comm`, "latin1");
  return decodeSyscall(text)?.state === "syscall" && /-[ab]\n$/.test(comm);
}

/** What why says of a process, once the words are in it. */
async function whySays(pid: number, words: RegExp): Promise<string> {
  let text = "";
  const said = async (): Promise<boolean> => {
    text = (await ipc(["why", String(pid)])).stdout;
    return words.test(text);
  };
  await until(`why to say ${words.source}`, said).catch((error: unknown) => {
    throw new Error(`It said: ${text}`, { cause: error });
  });
  return text;
}

async function asleep(...pids: readonly number[]): Promise<void> {
  await until("both to wait", () => pids.every(sleeps));
}

test("why calls two who read what the other should write a deadlock", settings, async (scene) => {
  const [a, b] = await talkers(scene, "crossed_pipes");
  const text = await whySays(a, /=> a deadlock/);
  const pipe = "pipe:\\d+";
  const way = `pipes-a \\(${a}\\) → ${pipe} → pipes-b \\(${b}\\) → ${pipe} → pipes-a \\(${a}\\)\\.`;
  assert.match(text, new RegExp(`^=> a deadlock(, as far as can be seen)?: ${way}$`, "m"));
});

test(
  "why says of a process that reads its own pipe that it waits for itself",
  settings,
  async (scene) => {
    const [a] = await talkers(scene, "own_pipe");
    await whySays(a, new RegExp(`=> own-a \\(${a}\\) waits for itself`));
  },
);

test(
  "why goes over a connection to the other end, and finds the circle",
  settings,
  async (scene) => {
    const [a, b] = await talkers(scene, "sockets");
    const text = await whySays(a, /=> a deadlock/);
    assert.match(text, new RegExp(`sockets-b \\(${b}\\) is at the other end, unix:\\d+`));
  },
);

test("why claims nothing of two who poll several things", settings, async (scene) => {
  const [a, b] = await talkers(scene, "idle_pollers");
  await asleep(a, b);
  const text = await whySays(a, /Any one of them is enough/);
  assert.doesNotMatch(text, /=>/);
});

test("why names the sleeper who does not read a full pipe", settings, async (scene) => {
  const [a, b] = await talkers(scene, "full_pipe");
  const text = await whySays(a, /is full/);
  const culprit = `full-b \\(${b}\\) can read from pipe:\\d+; it is sleeping, not blocked on IPC\\.`;
  assert.match(text, new RegExp(culprit));
});

test("why follows a parent to its child, and that back", settings, async (scene) => {
  const [a, b] = await talkers(scene, "waiting_parent");
  const text = await whySays(a, /=> a deadlock/);
  assert.match(text, new RegExp(`family-a \\(${a}\\) → pid:${b} → family-b \\(${b}\\) → pipe:`));
});

test("why finds the circle of two locks of files", settings, async (scene) => {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-locks-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const [a, b] = await talkers(scene, "locks", join(folder, "one"), join(folder, "two"));
  const text = await whySays(a, /=> a deadlock/);
  assert.match(text, new RegExp(`locks-b \\(${b}\\) has it, as known from /proc/locks`));
});

test("why never calls a live pair a deadlock", settings, async (scene) => {
  const [a, b] = await talkers(scene, "live_pair");
  for (let round = 0; round < 10; round++) {
    const { stdout } = await ipc(["why", String(round % 2 === 0 ? a : b)]);
    assert.doesNotMatch(stdout, /=> a deadlock/);
  }
});

test("who and tree name the process at the other end of a descriptor", settings, async (scene) => {
  const [a, b] = await talkers(scene, "sockets");
  await asleep(a, b);
  const { code, stdout } = await ipc(["who", `pid:${a}/fd/3`]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^pid:${a}/fd/3 is unix:\\d+  Unix socket`));
  assert.match(stdout, new RegExp(`⇄ unix-stream +held by sockets-b\\[${b}\\] fd 4; sockets-b`));
  const drawn = await ipc(["tree", String(a)]);
  assert.match(
    drawn.stdout,
    new RegExp(`unix:\\d+ fd 3 .*⇄ sockets-b\\[${b}\\] fd 4 as unix:\\d+`),
  );
});
