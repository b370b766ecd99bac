/** How full pipes are: pipes of our own, and one whose lock a foreign process keeps. */
import assert from "node:assert/strict";
import { fstatSync, readFileSync, writeSync } from "node:fs";
import { until } from "../../tests/harness/deadline.ts";
import { test } from "../../tests/harness/test.ts";
import { pipeAt, startPython } from "../../tests/pipe/seeing.ts";
import { errnoOf } from "./errno.ts";
import { close, pipe2 } from "./fd.ts";
import { type PipeAsked, type PipeFill, POLLERR, POLLHUP, pipeFills } from "./pipe-fill.ts";

const O_CLOEXEC = 0o2000000;

interface Own extends Disposable {
  readonly read: number;
  readonly write: number;
  readonly inode: number;
  closeReadEnd(): void;
}

function ownPipe(): Own {
  const ends = pipe2(O_CLOEXEC);
  assert.ok(typeof ends !== "number");
  const [read, write] = ends;
  const open = new Set(ends);
  const closeEnd = (end: number): void => {
    if (open.delete(end)) close(end);
  };
  const closeReadEnd = (): void => closeEnd(read);
  const dispose = (): void => ends.forEach(closeEnd);
  return { read, write, inode: fstatSync(read).ino, closeReadEnd, [Symbol.dispose]: dispose };
}

function about(fd: number, inode: number, changes: Partial<PipeAsked> = {}): PipeAsked {
  return { pid: process.pid, fd, inode, device: null, ends: false, ...changes };
}

test("pipeFills() counts what is in pipes, in the order of the questions", () => {
  using one = ownPipe();
  using other = ownPipe();
  writeSync(one.write, "hello");
  const fills = pipeFills([about(other.read, other.inode), about(one.write, one.inode)]);
  const [empty, filled] = fills as readonly PipeFill[];
  assert.deepEqual([empty?.usedBytes, filled?.usedBytes], [0, 5]);
  assert.deepEqual([empty?.capacityBytes, filled?.uid], [65536, process.getuid?.()]);
  assert.deepEqual([empty?.mode, filled?.mode], [0o600, 0o600]);
  assert.deepEqual(pipeFills([]), []);
});

test("pipeFills() answers with the errno for what is another thing, or gone", () => {
  using one = ownPipe();
  using other = ownPipe();
  const device = { major: 0, minor: 1 };
  const answers = pipeFills([
    about(one.read, other.inode),
    about(one.read, one.inode, { device }),
    about(1_000_000, one.inode),
    about(one.read, one.inode, { pid: 2 ** 31 - 1 }),
    about(one.read, one.inode, { pid: -1 }),
  ]);
  const names = ["ESTALE", "ESTALE", "EBADF", "ESRCH", "EINVAL"] as const;
  assert.deepEqual(
    answers,
    names.map((name) => -errnoOf(name)),
  );
});

test("pipeFills() asks poll(2) for the ends", () => {
  using one = ownPipe();
  const events = (fd: number): number => {
    const [fill] = pipeFills([about(fd, one.inode, { ends: true })]);
    return (fill as PipeFill).events & (POLLERR | POLLHUP);
  };
  assert.deepEqual([events(one.read), events(one.write)], [0, 0]);
  one.closeReadEnd();
  assert.equal(events(one.write), POLLERR);
});

const splicing = `
locked, free = os.pipe(), os.pipe()
a, b = socket.socketpair()
one = child(lambda: os.splice(a.fileno(), locked[1], 100))
os.write(free[1], b"abc")
ready(one, locked[0], free[0]); sys.stdin.readline(); b.send(b"x"); forever()
`;

test("pipeFills() comes back from a pipe whose lock is kept, and answers the others", {
  needs: ["python", "isolated"],
}, async () => {
  const { peer, words } = await startPython(splicing);
  await using _ = peer;
  const [one = 0, locked = 0, free = 0] = words.map(Number);
  const asked = [locked, free].map((fd) => {
    const inode = Number(pipeAt(peer.pid, fd).slice("pipe:".length));
    return { pid: peer.pid, fd, inode, device: null, ends: false };
  });
  await until("splice(2) to sleep", () =>
    /unix_stream/.test(readFileSync(`/proc/${one}/wchan`, "latin1")),
  );
  const [first, second] = pipeFills(asked);
  assert.equal(first, -errnoOf("ETIMEDOUT"));
  assert.equal((second as PipeFill).usedBytes, 3);
  peer.say("go on");
  await until("the lock to be free", () => {
    const [fill] = pipeFills(asked);
    return typeof fill === "object" && fill.usedBytes === 1;
  });
  const children = (): string => readFileSync("/proc/thread-self/children", "latin1");
  await until("the child to be reaped", () => {
    pipeFills(asked);
    return !/\d/.test(children().replace(String(peer.pid), ""));
  });
});
