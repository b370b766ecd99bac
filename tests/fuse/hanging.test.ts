/** A file system that hangs hangs nobody who looks, and whoever waits for it is told so. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { findObject, type Snapshot, snapshot, why } from "linux-ipc/inspect";
import { inTree } from "../../tools/paths.ts";
import { ipc } from "../cli/ipc.ts";
import { compiled } from "../harness/compiled.ts";
import { until } from "../harness/deadline.ts";
import { python } from "../harness/needs.ts";
import type { Peer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { snapshotThrough } from "../inspect/look.ts";
import { allBlocked, type Hanging, hanging, type Way } from "./hanging.ts";

const settings = { needs: ["gcc", "python", "fuse", "isolated"] } as const;

/** What a hung file system may cost. */
const ALLOWED_MS = 2_000;

/** Those who hang in it: one with everything open, and one for each call on a path. */
async function company(mounted: Hanging, way: Way): Promise<readonly Peer[]> {
  const { folder } = mounted;
  const holder = await mounted.client(python, [inTree("tests/fuse/holder.py"), folder]);
  assert.equal(await holder.line(), "holding");
  await mounted.hang(way);
  holder.say("");
  assert.equal(await holder.line(), "hanging");
  const callers = [
    await mounted.client("stat", [`${folder}/file`]),
    await mounted.client("cat", [`${folder}/direct`]),
    await mounted.client("touch", [`${folder}/new`]),
    await mounted.client("touch", [`${folder}/new`]),
    await mounted.client("ls", [folder]),
  ];
  for (const { pid } of callers) await allBlocked(pid);
  await until("the threads to block", () => waiting(holder.pid) >= 5);
  return [holder, ...callers];
}

/** How many threads of a process wait for an answer. */
function waiting(pid: number): number {
  return placesOf(pid).filter((place) => place === "request_wait_answer").length;
}

/** Where in the kernel the threads of a process sleep. */
function placesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((tid) =>
    readFileSync(`/proc/${pid}/task/${tid}/wchan`, "latin1"),
  );
}

/** The answer, which must not take longer than a hung file system may cost. */
async function soon<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  let times = 0;
  for (;;) {
    const begun = performance.now();
    const answer = await ask();
    const took = performance.now() - begun;
    if (took < ALLOWED_MS || took < (await slowness()) * REFERENCES) return answer;
    // Who is drawn into a file system that hangs never comes back: a second try is no mercy.
    assert.ok(++times < 3, `${what} took ${took} ms`);
  }
}

/** So many times longer than saying how it is used a question may take on a busy machine. */
const REFERENCES = 5;

/** How long the command takes when it looks at nothing. */
async function slowness(): Promise<number> {
  const begun = performance.now();
  await ipc(["help"]);
  return performance.now() - begun;
}

const reasons: Readonly<Record<Way, RegExp>> = {
  silent: /waits for further requests and has left these unanswered\.$/,
  asleep: /is blocked elsewhere and takes no requests\.$/,
  stopped: /is stopped\.$/,
};

for (const way of ["silent", "asleep", "stopped"] as const) {
  test(
    `snapshot() and ipc answer soon and name the daemon that is ${way}`,
    settings,
    async (scene) => {
      const mounted = await hanging(scene);
      const { address, daemon } = mounted;
      const [holder, ...callers] = await company(mounted, way);
      assert.ok(holder);
      const seen = await soon("snapshot()", () => snapshot());
      checkObject(seen, mounted, way);
      for (const { pid } of callers) checkWait(seen, pid, mounted);
      checkHolder(seen, holder.pid, mounted);
      const known = `${daemon.pid}`;
      for (const words of [
        ["ls"],
        ["ls", "fuse"],
        ["who", address],
        ["why", `${callers[0]?.pid}`],
      ]) {
        const { stdout, code } = await soon(words.join(" "), () => ipc(words));
        assert.equal(code, 0);
        assert.match(stdout, new RegExp(words.length > 1 ? known : address));
      }
      const told = why(seen, callers[0]?.pid ?? 0)?.text.join("\n") ?? "";
      assert.match(told, new RegExp(`an answer of hanging \\(${daemon.pid}\\) about .*/file\\.`));
    },
  );
}

function checkObject(seen: Snapshot, { address, folder, daemon }: Hanging, way: Way): void {
  const object = findObject(seen, address);
  assert.deepEqual(object?.details["mountPoints"], [folder]);
  assert.deepEqual(object?.flags, ["stuck"]);
  assert.ok(Number(object?.used["waiting"]) >= 8, `${object?.used["waiting"]} requests`);
  const holds = seen.holds.filter((hold) => hold.object === address);
  assert.deepEqual(
    holds.map(({ pid, mode }) => [pid, mode]),
    [[daemon.pid, "read-write"]],
  );
  const finding = seen.findings.find(({ rule }) => rule === "fuse-stuck");
  assert.match(finding?.text[1] ?? "", reasons[way]);
}

function checkWait(seen: Snapshot, pid: number, { address, daemon, folder }: Hanging): void {
  const waits = seen.waits.filter((wait) => wait.pid === pid);
  assert.deepEqual(
    waits.map(({ object }) => object),
    [address],
    `${pid}`,
  );
  assert.deepEqual(
    waits[0]?.owners?.map((owner) => owner.pid),
    [daemon.pid],
  );
  assert.ok(String(waits[0]?.need["path"]).startsWith(folder), String(waits[0]?.need["path"]));
}

/** The reader of the FIFO waits for a writer, and not for the daemon. */
function checkHolder(seen: Snapshot, pid: number, { address, folder }: Hanging): void {
  const waits = seen.waits.filter((wait) => wait.pid === pid && wait.object === address);
  const about = waits.map(({ syscall, need }) => `${syscall} ${need["path"]}`.replace(folder, ""));
  const expected = ["newfstatat /file", "newfstatat /file", "openat "];
  assert.deepEqual(about.sort(), [...expected, "pread64 /large", "read /direct"]);
}

test(
  "snapshot() is not drawn into what makes others hang with a thread of a process",
  settings,
  async (scene) => {
    const mounted = await hanging(scene);
    const program = await compiled(scene, "tests/fuse/faulting.c");
    const client = await mounted.client(program, [`${mounted.folder}/large`]);
    assert.equal(await client.line(), "ready");
    await mounted.hang("silent");
    client.say("");
    assert.equal(await client.line(), "waiting");
    await until("three threads to wait", () => waiting(client.pid) >= 3);
    const { stdout } = await soon("why", () => ipc(["why", `${client.pid}`]));
    // The name that it opens is in a page that only the daemon could bring.
    assert.match(stdout, new RegExp(`openat on ${mounted.address}: .* an answer of hanging`));
    assert.match(stdout, new RegExp(`epoll_ctl on ${mounted.address}: .* about .*/large\\.`));
    assert.match(stdout, new RegExp(`a page fault on ${mounted.address}: .* an answer of hanging`));
  },
);

test("snapshot() of a user without rights answers as soon, and says what it could not count", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const mounted = await hanging(scene);
  await company(mounted, "silent");
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const seen = await soon("snapshot()", () => snapshotThrough(...nobody));
  const object = findObject(seen, mounted.address);
  assert.deepEqual(object?.details["mountPoints"], [mounted.folder]);
  assert.ok(object?.unknown["waiting"] && object.unknown["holders"]);
  assert.equal(seen.gaps.filter(({ what }) => what === "requests").length, 1);
});

test(
  "snapshot() finds nothing to complain about in a file system that answers",
  settings,
  async (scene) => {
    const mounted = await hanging(scene);
    const object = findObject(await snapshot(), mounted.address);
    assert.deepEqual([object?.used, object?.flags], [{ waiting: 0 }, []]);
    const seen = await snapshot({ kinds: ["fuse"] });
    assert.deepEqual([seen.findings, seen.waits], [[], []]);
  },
);

test(
  "snapshot() tells a path as who is in another mount namespace sees it",
  settings,
  async (scene) => {
    const mounted = await hanging(scene);
    const script = 'mkdir "$1" && mount --bind "$0" "$1" && echo && read line; exec stat "$1/file"';
    const place = `${mounted.folder}-elsewhere`;
    const words = ["--mount", "sh", "-c", script, mounted.folder, place];
    const client = await mounted.client("unshare", words);
    assert.equal(await client.line(), "");
    await mounted.hang("silent");
    client.say("");
    await allBlocked(client.pid);
    const seen = await soon("snapshot()", () => snapshot());
    const [wait] = seen.waits.filter(({ pid }) => pid === client.pid);
    assert.deepEqual([wait?.object, wait?.need["path"]], [mounted.address, `${place}/file`]);
  },
);

test("snapshot() keeps the waits of two connections apart", settings, async (scene) => {
  const [one, two] = [await hanging(scene), await hanging(scene)];
  assert.notEqual(one.address, two.address);
  const clients: Peer[] = [];
  for (const mounted of [one, two]) {
    await mounted.hang("silent");
    const client = await mounted.client("stat", [`${mounted.folder}/file`]);
    await allBlocked(client.pid);
    clients.push(client);
  }
  const seen = await soon("snapshot()", () => snapshot());
  checkWait(seen, clients[0]?.pid ?? 0, one);
  checkWait(seen, clients[1]?.pid ?? 0, two);
});

test("snapshot() follows no symbolic link to where it would hang", settings, async (scene) => {
  const mounted = await hanging(scene);
  const words = [inTree("tests/fuse/linked.py"), mounted.folder, `${mounted.folder}-link`];
  const client = await mounted.client(python, words);
  assert.equal(await client.line(), "blocked");
  await until("two threads to block", () => {
    const places = placesOf(client.pid).filter((place) => /unix|wait_for_partner|fifo/.test(place));
    return places.length >= 2;
  });
  await mounted.hang("silent");
  const seen = await soon("snapshot()", () => snapshot());
  assert.ok(findObject(seen, mounted.address));
  for (const { address } of seen.objects.filter(({ kind }) => /unix|fifo/.test(kind))) {
    assert.equal((await soon(`who ${address}`, () => ipc(["who", address]))).code, 0, address);
  }
});

test("snapshot() asks nobody which files there are watched", settings, async (scene) => {
  const mounted = await hanging(scene);
  const script = inTree("tests/fuse/watching.py");
  const client = await mounted.client(python, [script, mounted.folder]);
  assert.equal(await client.line(), "watching");
  await mounted.hang("silent");
  const seen = await soon("snapshot()", () => snapshot());
  assert.ok(findObject(seen, mounted.address));
  assert.ok(seen.objects.some(({ kind }) => kind === "inotify"));
  assert.equal((await soon("ls", () => ipc(["ls"]))).code, 0);
});
