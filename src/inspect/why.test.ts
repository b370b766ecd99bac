/** Shows the sentences that say why something does not go on. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, objectOf, processOf, waitOf } from "../../tests/inspect/machine.ts";
import type { Finding, Hold } from "../io/schema.ts";
import { why } from "./why.ts";

const fill = { used: { bytes: 0, messages: 0 }, limit: { bytes: 16384 } };
const receives = waitOf(1, "msg:1", "receive", "a message of type 7");

test("why() tells an object's state and who waits, where no room concluded anything", () => {
  const machine = machineOf({
    processes: [processOf(1)],
    objects: [objectOf("msg:1", fill)],
    waits: [receives],
  });
  assert.deepEqual(why(machine, "msg:1"), {
    subject: "msg:1",
    blocked: true,
    text: [
      "msg:1 (test object) holds 0 of 16384 bytes, 0 messages.",
      "  p1 (1) is blocked in sys_receive on msg:1: it waits for a message of type 7.",
    ],
    cycle: [],
    threads: [],
  });
});

test("why() tells that nobody waits", () => {
  const answer = why(machineOf({ objects: [objectOf("msg:1")] }), "msg:1");
  assert.equal(answer?.blocked, false);
  assert.equal(answer?.text[1], "  Nobody is seen to wait for it.");
});

test("why() prints what a room concluded, and below a process's own wait once only", () => {
  const text = ["msg:1 is full.", "p1 (1) is blocked.", "=> nobody can make progress."];
  const finding: Finding = {
    rule: "x",
    severity: "error",
    objects: ["msg:1"],
    processes: [1],
    text,
  };
  const machine = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [objectOf("msg:1")],
    waits: [receives, waitOf(2, "msg:1", "send")],
    findings: [finding],
  });
  const [first, ...others] = text;
  const explained = [first, ...others.map((line) => `  ${line}`)];
  assert.deepEqual(why(machine, "msg:1")?.text, explained);
  assert.deepEqual(why(machine, 1)?.text, [
    "p1 (1) is blocked in sys_receive on msg:1: it waits for a message of type 7.",
    ...explained.map((line) => `  ${line}`),
  ]);
});

test("why() follows a process to the one that it waits for", () => {
  const machine = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [objectOf("msg:1", { details: { lastSendPid: 2 } })],
    waits: [receives],
  });
  assert.deepEqual(why(machine, "pid:1")?.text, [
    "p1 (1) is blocked in sys_receive on msg:1: it waits for a message of type 7.",
    "  msg:1 (test object) holds nothing that is counted.",
    "  p2 (2) was the last to send on msg:1; it is sleeping, not blocked on IPC.",
  ]);
});

test("why() names a circle, and only calls it certain where all is held", () => {
  const machine = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [
      objectOf("msg:1", { details: { lastSendPid: 2 } }),
      objectOf("msg:2", { details: { lastSendPid: 1 } }),
    ],
    waits: [receives, waitOf(2, "msg:2", "receive")],
  });
  const answer = why(machine, 1);
  assert.deepEqual(answer?.cycle, ["pid:1", "msg:1", "pid:2", "msg:2"]);
  assert.equal(
    answer?.text.at(-1),
    "=> a deadlock, unless another process acts on msg:1 or msg:2: " +
      "p1 (1) → msg:1 → p2 (2) → msg:2 → p1 (1).",
  );
  const held = {
    ...machine,
    objects: [objectOf("msg:1"), objectOf("msg:2")],
    holds: [2, 1].map((pid, index) => ({
      pid,
      object: `msg:${index + 1}`,
      how: "attachment" as const,
      fd: null,
      at: "0x7f0000000000",
      mode: null,
    })),
  };
  assert.equal(
    why(held, 1)?.text.at(-1),
    "=> a deadlock: p1 (1) → msg:1 → p2 (2) → msg:2 → p1 (1).",
  );
});

const part = (index: number, value: number) => ({
  address: `sem:1/${index}`,
  used: { value },
  details: { lastOperatorPid: 2 },
});

/** Two wait on a set, each for another part, which 2 operated on last. */
const set = machineOf({
  processes: [processOf(1), processOf(2), processOf(3)],
  objects: [objectOf("sem:1", { used: { semaphores: 2 }, parts: [part(0, 1), part(1, 0)] })],
  waits: [
    { ...waitOf(1, "sem:1", "operate", "semaphore 0 to become zero"), parts: ["sem:1/0"] },
    { ...waitOf(3, "sem:1", "operate", "semaphore 1 to be at least 1"), parts: ["sem:1/1"] },
  ],
});

test("why() tells of a part who waits for it, and of the whole all parts", () => {
  assert.deepEqual(why(set, "sem:1/1"), {
    subject: "sem:1/1",
    blocked: true,
    text: [
      "sem:1/1 is part of sem:1 (test object): value 0.",
      "  p3 (3) is blocked in sys_operate on sem:1: it waits for semaphore 1 to be at least 1.",
    ],
    cycle: [],
    threads: [],
  });
  const whole = why(set, "sem:1")?.text ?? [];
  assert.equal(whole[0], "sem:1 (test object) holds 2 semaphores: value 1, 0.");
  assert.equal(whole.length, 3);
  assert.ok(
    why(set, 3)?.text.some((line) => /p2 \(2\) was the last operator of sem:1;/.test(line)),
  );
});

test("why() tells of a part what a room concluded about it, and not about another", () => {
  const finding = (objects: readonly string[], text: string): Finding => {
    return { rule: "x", severity: "info", objects, processes: [], text: [text] };
  };
  const findings = [finding(["sem:1", "sem:1/0"], "of 0"), finding(["sem:1"], "of all")];
  const said = (address: string): readonly string[] | undefined =>
    why({ ...set, findings }, address)?.text;
  assert.deepEqual(said("sem:1"), ["of 0", "of all"]);
  assert.deepEqual(said("sem:1/0"), ["of 0", "of all"]);
  assert.deepEqual(said("sem:1/1"), ["of all"]);
  // Another object is no part of this one, though its address begins alike.
  const both = [finding(["sem:1", "sem:10"], "of both")];
  assert.deepEqual(why({ ...set, findings: both }, "sem:1/1")?.text, ["of both"]);
});

test("why() names who holds an object that nothing is concluded about", () => {
  const place = { how: "attachment", fd: null, at: "0x1000", mode: "read" } as const;
  const machine = machineOf({
    processes: [processOf(1)],
    objects: [objectOf("shm:1", { used: { bytes: 10, residentBytes: 5 } })],
    holds: [1, 1, ...Array.from({ length: 9 }, (_, index) => index + 2)].map((pid) => ({
      pid,
      object: "shm:1",
      ...place,
    })),
  });
  assert.deepEqual(why(machine, "shm:1")?.text.slice(0, 2), [
    "shm:1 (test object) holds 10 bytes, 5 resident bytes.",
    "  Held by p1 (1), process 2, process 3, process 4, process 5, process 6, process 7, process 8 " +
      "and 2 others.",
  ]);
});

test("why() says what keeps a process that waits for nothing, and what could not be read", () => {
  const answer = (state: string, unknown = {}): readonly string[] | undefined =>
    why(machineOf({ processes: [processOf(5, { state, unknown })] }), 5)?.text;
  const nothing = "p5 (5) is not blocked on anything that a snapshot shows; it is";
  assert.deepEqual(answer("R"), [`${nothing} running.`]);
  assert.deepEqual(answer("T"), [`${nothing} stopped by a signal.`]);
  assert.deepEqual(answer("W"), [`${nothing} in state W.`]);
  assert.deepEqual(answer("S", { waits: "EPERM" }), [
    "What p5 (5) is blocked in could not be read (EPERM).",
  ]);
});

test("why() gives undefined for what is not there, and refuses what is no address", () => {
  assert.equal(why(machineOf({}), "msg:1"), undefined);
  assert.equal(why(machineOf({}), "pid:1"), undefined);
  assert.throws(() => why(machineOf({}), "nonsense"), { name: "RangeError" });
});

const holdOf = (pid: number, object: string, mode: Hold["mode"], fd = 3): Hold => {
  return { pid, object, how: "descriptor", fd, at: null, mode };
};

test("why() tells which holder could end a wait, and not those of the same direction", () => {
  const machine = machineOf({
    processes: [processOf(1), processOf(2), processOf(3)],
    objects: [objectOf("box:1")],
    holds: [holdOf(1, "box:1", "read"), holdOf(2, "box:1", "write"), holdOf(3, "box:1", "read")],
    waits: [waitOf(1, "box:1", "read", "bytes")],
  });
  const text = why(machine, 1)?.text ?? [];
  assert.equal(text.at(-1), "  p2 (2) can write to box:1; it is sleeping, not blocked on IPC.");
  assert.ok(!text.some((line) => line.startsWith("  p3 (3) can")));
});

test("why() follows a link to those at the other end", () => {
  const machine = machineOf({
    processes: [processOf(1), processOf(2, { state: "R" })],
    objects: [objectOf("end:1"), objectOf("end:2")],
    holds: [holdOf(1, "end:1", "read-write"), holdOf(2, "end:2", "read-write")],
    waits: [waitOf(1, "end:1", "receive")],
    links: [{ from: "end:1", to: "end:2", kind: "test-stream", direction: "both" }],
  });
  assert.equal(
    why(machine, 1)?.text.at(-1),
    "  p2 (2) is at the other end, end:2; it is running, not blocked on IPC.",
  );
});

test("why() does not follow who waits for work", () => {
  const idle = { ...waitOf(2, "loop:1", "wait"), syscall: "epoll_wait" };
  const machine = machineOf({
    processes: [processOf(1), processOf(2)],
    objects: [objectOf("box:1"), objectOf("loop:1")],
    holds: [holdOf(1, "box:1", "read"), holdOf(2, "box:1", "write")],
    waits: [waitOf(1, "box:1", "read", "bytes"), idle],
  });
  const text = why(machine, 1)?.text ?? [];
  assert.equal(
    text.at(-1),
    "  p2 (2) can write to box:1; it waits for work itself, in epoll_wait.",
  );
});

test("why() names the owner that the kernel names, and what says so", () => {
  const owners = [{ pid: 2, tid: 2, via: "glibc mutex" }];
  const machine = machineOf({
    processes: [processOf(1), processOf(2), processOf(3)],
    objects: [objectOf("word:1")],
    holds: [1, 2, 3].map((pid) => holdOf(pid, "word:1", "read-write")),
    waits: [{ ...waitOf(1, "word:1", "lock"), owners }],
  });
  assert.equal(
    why(machine, 1)?.text.at(-1),
    "  p2 (2) has it, as known from glibc mutex; it is sleeping, not blocked on IPC.",
  );
});

test("why() says of a process that it waits for itself", () => {
  const machine = machineOf({
    processes: [processOf(1)],
    objects: [objectOf("box:1")],
    holds: [holdOf(1, "box:1", "read", 3), holdOf(1, "box:1", "write", 4)],
    waits: [waitOf(1, "box:1", "read", "bytes")],
  });
  const answer = why(machine, 1);
  assert.deepEqual(answer?.cycle, ["pid:1", "box:1"]);
  assert.equal(
    answer?.text.at(-1),
    "=> p1 (1) waits for itself: nobody else can end its wait to read box:1, unless a signal's " +
      "handler does.",
  );
});

test("why() tells a few of very many helpers and counts the others", () => {
  const pids = Array.from({ length: 2_000 }, (_, index) => index + 1);
  const machine = machineOf({
    processes: pids.map((pid) => processOf(pid)),
    objects: [objectOf("box:1")],
    holds: pids.map((pid) => holdOf(pid, "box:1", "read-write")),
    waits: [waitOf(1, "box:1", "read", "bytes")],
  });
  const text = why(machine, 1)?.text ?? [];
  assert.ok(text.length < 15, text.join("\n"));
  assert.equal(text.at(-1), "  1991 others could help it too.");
});

test("why() claims a circle no surer than the holders that could be seen", () => {
  const gap = { what: "descriptors", reason: "EACCES", count: 3, text: "" };
  const machine = machineOf({
    gaps: [gap],
    processes: [1, 2, 3].map((pid) => processOf(pid)),
    objects: [objectOf("box:1"), objectOf("box:2")],
    holds: [
      holdOf(1, "box:1", "read"),
      holdOf(2, "box:1", "write"),
      holdOf(2, "box:2", "read"),
      holdOf(1, "box:2", "write"),
      holdOf(3, "box:2", "read"),
    ],
    waits: [waitOf(1, "box:1", "read"), waitOf(2, "box:2", "read")],
  });
  const way = "p1 (1) → box:1 → p2 (2) → box:2 → p1 (1).";
  assert.equal(why(machine, 1)?.text.at(-1), `=> a deadlock, as far as can be seen: ${way}`);
  assert.equal(why({ ...machine, gaps: [] }, 1)?.text.at(-1), `=> a deadlock: ${way}`);
  const third = { ...machine, gaps: [], waits: [...machine.waits, waitOf(3, "box:1", "read")] };
  assert.match(
    why(third, 3)?.text.at(-1) ?? "",
    /^=> a deadlock of others, which it waits for: .*p2 \(2\)/,
  );
});
