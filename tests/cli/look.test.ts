/** The overview, ls, show, who, why and limits of queues on which foreign programs wait. */
import assert from "node:assert/strict";
import { ask } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { ahead } from "./clock.ts";
import { ipc, ipcAsNobody, type JsonSnapshot, parsed } from "./ipc.ts";
import { blockedReceiver, blockedSender, foreignQueue, perlSend } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;

type Scene = Parameters<typeof foreignQueue>[0];

/** A full queue whose only reader waits for a type that is not there. */
async function stuck(scene: Scene): Promise<{ id: number; sender: number; receiver: number }> {
  const id = await foreignQueue(scene);
  for (let count = 0; count < 2; count++) await perlSend(id, 3, "x".repeat(8000));
  const { pid: sender } = await blockedSender(scene, id);
  const { pid: receiver } = await blockedReceiver(scene, id);
  return { id, sender, receiver };
}

test("ls shows fill, waiters, direction and flags of a stuck queue", settings, async (scene) => {
  const { id, sender, receiver } = await stuck(scene);
  const { code, stdout, stderr } = await ipc(["ls", "msg"]);
  assert.deepEqual([code, stderr], [0, ""]);
  const [head, row, ...rest] = stdout.split("\n");
  assert.deepEqual(rest, [""]);
  assert.deepEqual(head?.split(/ {2,}/), [
    "ADDRESS",
    "OWNER",
    "FILL",
    "HOLDERS",
    "WAITING",
    "FROM → TO",
    "CHANGED",
    "FLAGS",
  ]);
  assert.match(row ?? "", new RegExp(`^msg:${id} +\\S+ +16000/16384B 97% `));
  assert.match(row ?? "", / 1 send\(.*8000B.*\) 1 receive\(type 7\) /);
  assert.ok(row?.includes(`msg-full[${sender}] → msg-recv[${receiver}]`));
  assert.match(row ?? "", /FULL STUCK$/);
});

test("ls -w, --sort and -o choose rows, order and columns", settings, async (scene) => {
  const { id } = await stuck(scene);
  const others = [await foreignQueue(scene), await foreignQueue(scene)];
  assert.equal(
    (await ipc(["ls", "msg", "-w", "blocked", "-w", "full", "-o", "address"])).stdout.trim(),
    `ADDRESS\nmsg:${id}`,
  );
  const none = await ipc(["ls", "msg", "--where", "no-such-flag"]);
  assert.deepEqual([none.code, none.stdout], [1, ""]);
  const sorted = await ipc(["ls", "msg", "--sort", "-address", "-o", "address,messages"]);
  const ids = [id, ...others].sort((left, right) => right - left);
  const lines = sorted.stdout.trimEnd().split("\n").slice(1);
  assert.deepEqual(
    lines.map((line) => line.split(/ +/)),
    ids.map((one) => [`msg:${one}`, one === id ? "2" : "0"]),
  );
});

test(
  "ls --json prints the whole schema, or the part of the kinds asked",
  settings,
  async (scene) => {
    const { id, sender, receiver } = await stuck(scene);
    const whole = parsed(await ipc(["--json", "ls"]));
    assert.ok(whole.processes.some(({ pid }) => pid === process.pid));
    const part = parsed(await ipc(["ls", "msg", "--json"]));
    assert.deepEqual(
      part.objects.map(({ address, kind }) => [address, kind]),
      [[`msg:${id}`, "msg"]],
    );
    assert.deepEqual(part.waits.map(({ operation }) => operation).sort(), ["receive", "send"]);
    const pids = part.processes.map(({ pid }) => pid);
    assert.ok(pids.includes(sender) && pids.includes(receiver) && !pids.includes(process.pid));
    assert.deepEqual(Object.keys(part).sort(), [
      "findings",
      "gaps",
      "holds",
      "host",
      "links",
      "objects",
      "processes",
      "schema",
      "waits",
    ]);
  },
);

test("why says in plain words that nobody can make progress", settings, async (scene) => {
  const { id, sender, receiver } = await stuck(scene);
  const { code, stdout } = await ipc(["why", `msg:${id}`]);
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0] ?? "", new RegExp(`^msg:${id} is full: 16000 of 16384 bytes, 2 messages`));
  assert.match(lines[1] ?? "", new RegExp(`^  msg-full \\(${sender}\\).*msgsnd.*8000 bytes`));
  assert.match(
    lines[2] ?? "",
    new RegExp(`^  The only receiver, msg-recv \\(${receiver}\\).*type 7`),
  );
  assert.match(lines[3] ?? "", /^ {2}=> nobody can make progress/);
  const process = await ipc(["why", String(receiver)]);
  assert.match(
    process.stdout,
    new RegExp(`^msg-recv \\(${receiver}\\) is blocked in msgrcv on msg:${id}`),
  );
});

test("why --check says nothing and answers by its exit status", settings, async (scene) => {
  const { id } = await stuck(scene);
  const idle = await foreignQueue(scene);
  const yes = await ipc(["why", "--check", `msg:${id}`]);
  assert.deepEqual([yes.code, yes.stdout], [0, ""]);
  assert.equal((await ipc(["why", "--check", `msg:${idle}`])).code, 1);
  assert.equal((await ipc(["why", `msg:${idle}`])).code, 0);
});

test("why --check is silent on what could not be seen", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const words = [`msg:${await foreignQueue(scene)}`];
  const told = await ipcAsNobody(["why", ...words]);
  assert.match(told.stderr, /^ipc: not seen: /);
  const { code, stdout, stderr } = await ipcAsNobody(["why", "--check", ...words]);
  assert.deepEqual([code, stdout, stderr], [3, "", ""]);
});

test("why --json gives the sentences beside the part of the schema", settings, async (scene) => {
  const { id } = await stuck(scene);
  const answer = parsed<JsonSnapshot & { why: { blocked: boolean; text: string[] } }>(
    await ipc(["why", `msg:${id}`, "--json"]),
  );
  assert.equal(answer.why.blocked, true);
  assert.match(answer.why.text[0] ?? "", /is full/);
  assert.deepEqual(
    answer.findings.map(({ rule }) => rule),
    ["queue-full-type-mismatch"],
  );
});

test("who names the waiters of an object, and the object of a process", settings, async (scene) => {
  const { id, sender, receiver } = await stuck(scene);
  const object = await ipc(["who", `msg:${id}`]);
  assert.equal(object.code, 0);
  assert.match(object.stdout, new RegExp(`^msg-full\\[${sender}\\] +\\S+ +waits to send +`, "m"));
  assert.match(
    object.stdout,
    new RegExp(`^msg-recv\\[${receiver}\\] +\\S+ +waits to receive +`, "m"),
  );
  const process = await ipc(["who", `pid:${sender}`]);
  assert.match(process.stdout, new RegExp(`^msg:${id} +waits to send `, "m"));
  const json = parsed(await ipc(["who", `msg:${id}`, "--json"]));
  assert.deepEqual(json.waits.map(({ pid }) => pid).sort(), [sender, receiver].sort());
});

test("who exits 1 when root sees nobody there", {
  needs: [...settings.needs, "root"],
}, async (scene) => {
  const { code, stderr } = await ipc(["who", `msg:${await foreignQueue(scene)}`]);
  assert.equal(code, 1);
  assert.match(stderr, /nobody holds it or waits on it/);
});

test(
  "show tells everything of a queue, by id, by key, and of a process",
  settings,
  async (scene) => {
    const made = (await ipc(["mk", "msg", "--key", "0x1234abcd", "--mode", "600"])).stdout.trim();
    scene.after(() => ipc(["rm", "--force", made]));
    const { code, stdout } = await ipc(["show", "msg:0x1234abcd"]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^${made}  System V message queue\n`));
    assert.match(stdout, /^ {2}also +msg:0x1234abcd$/m);
    assert.match(stdout, /^ {2}mode +0600$/m);
    assert.match(stdout, /^ {2}fill +0\/16384B 0% \(0 of 16384 bytes/m);
    const { pid } = await blockedReceiver(scene, Number(made.slice("msg:".length)));
    const process = await ipc(["show", `pid:${pid}`]);
    assert.match(process.stdout, new RegExp(`^pid:${pid}  msg-recv\n`));
    assert.match(process.stdout, new RegExp(`^ {2}related +${made} +waits to receive`, "m"));
    const json = parsed(await ipc(["show", made, "--json"]));
    assert.deepEqual(
      json.objects.map(({ address }) => address),
      [made],
    );
  },
);

test("the verbs that look exit 1 on what does not exist", settings, async () => {
  for (const verb of ["show", "who", "why"]) {
    const object = await ipc([verb, "msg:99999"]);
    assert.deepEqual([object.code, object.stderr], [1, "ipc: there is no msg:99999\n"]);
    const process = await ipc([verb, "pid:4000000"]);
    assert.deepEqual([process.code, process.stderr], [1, "ipc: there is no process 4000000\n"]);
  }
});

test(
  "the overview counts queues, waiters and descriptors and repeats findings",
  settings,
  async (s) => {
    const { id, sender } = await stuck(s);
    const { code, stdout } = await ipc([]);
    assert.equal(code, 0);
    assert.match(stdout, /^msg +1 +1 +2 +System V message queue$/m);
    assert.match(stdout, /\nOpen descriptors\n {2}\d+: \d+ \w+/);
    assert.match(stdout, new RegExp(`\nBlocked\n  msg:${id} +msg-full\\[${sender}\\] `));
    assert.match(stdout, new RegExp(`\nFindings\n  msg:${id} is full.*\n    msg-full`));
    const json = parsed<
      JsonSnapshot & { summary: { objects: Record<string, number> }; limits: [] }
    >(await ipc(["--json"]));
    const { msg, shm, sem } = json.summary.objects;
    assert.deepEqual({ msg, shm, sem }, { msg: 1, shm: 0, sem: 0 });
    assert.ok(json.limits.length > 0);
  },
);

test("the overview counts what has leaked apart from other findings", settings, async (scene) => {
  const { id: full } = await stuck(scene);
  const id = await foreignQueue(scene);
  await perlSend(id, 1, "for nobody");
  await perlSend(id, 1, "for nobody");
  const taker = await ask("perl", ["-e", `msgrcv(${id}, $b, 99, 0, 0) or die $!; print "taken"`]);
  assert.equal(taker, "taken");
  assert.doesNotMatch((await ipc([])).stdout, /Leaked/);
  const env = ahead(3_600_000);
  const { stdout } = await ipc([], { env });
  const [leaked, findings] = stdout.split("\n\n").slice(-2);
  assert.match(leaked ?? "", new RegExp(`^Leaked: 1\n  msg:${id} `));
  assert.match(findings ?? "", new RegExp(`^Findings\n  msg:${full} `));
  const { summary } = parsed<JsonSnapshot & { summary: { leaked: number } }>(
    await ipc(["--json"], { env }),
  );
  assert.equal(summary.leaked, 1);
});

test("limits shows the kernel's limits and their use", settings, async (scene) => {
  await foreignQueue(scene);
  const { code, stdout } = await ipc(["limits", "msg"]);
  assert.equal(code, 0);
  assert.match(stdout, /^kernel\.msgmni +1 +\d+ +queues +0% /m);
  const { limits } = parsed<{ limits: { name: string; used: number | null }[] }>(
    await ipc(["limits", "--json"]),
  );
  assert.equal(limits.find(({ name }) => name === "kernel.msgmni")?.used, 1);
});

test("--strict exits 3 if and only if something could not be seen", settings, async () => {
  const { gaps } = parsed(await ipc(["ls", "--json"]));
  const { code } = await ipc(["ls", "--strict"]);
  assert.equal(code, gaps.length > 0 ? 3 : 0);
});
