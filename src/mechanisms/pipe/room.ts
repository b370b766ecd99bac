/** The room of pipes without a name, as the command, the map, the doctor and the tests see it. */
import { fstatSync } from "node:fs";
import { probeOn } from "../../io/probe.ts";
import type { Limit, Probe, Room } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { SystemError } from "../../sys/errors.ts";
import { close, pipe2 } from "../../sys/fd.ts";
import { pipeFills } from "../../sys/pipe-fill.ts";
import { pipeKind } from "./kind.ts";
import { seePipes } from "./see.ts";

export const pipeRoom: Room = { name: "pipe", kinds: [pipeKind], probe, limits, see: seePipes };

const O_CLOEXEC = 0o2000000;

/** Tries it on a pipe of its own, which is gone afterwards. */
function probe(): readonly Probe[] {
  return probeOn("make a pipe (pipe2)", makePipe, ({ inode, end }) => [
    ["see how full a pipe is (pidfd_getfd, FIONREAD)", () => askOf(inode, end)],
  ]);
}

interface Made extends Disposable {
  readonly inode: number;
  readonly end: number;
  remove(): void;
}

function makePipe(): Made {
  const ends = pipe2(O_CLOEXEC);
  if (typeof ends === "number") throw new SystemError(ends, "pipe2");
  const remove = (): void => undefined;
  return { inode: fstatSync(ends[0]).ino, end: ends[1], remove, [Symbol.dispose]: closeAll };
  function closeAll(): void {
    for (const fd of ends as readonly number[]) close(fd);
  }
}

function askOf(inode: number, fd: number): void {
  const [answer] = pipeFills([{ pid: process.pid, fd, inode, device: null, ends: false }]);
  if (typeof answer === "number") throw new SystemError(answer, "pidfd_getfd");
}

/** The files below /proc/sys/fs: pipe(7). */
const limited = [
  { name: "pipe-max-size", what: "bytes in a pipe, where its owner is not root", unit: "bytes" },
  { name: "pipe-user-pages-soft", what: "pages in the pipes of one user", unit: "pages" },
  { name: "pipe-user-pages-hard", what: "pages in the pipes of one user at most", unit: "pages" },
] as const;

/** What the kernel counts for each user it does not tell. A limit of 0 is none, and left out. */
function limits(): readonly Limit[] {
  return limited.flatMap(({ name, what, unit }) => {
    const limit = readSysctlNumber(`fs/${name}`);
    if (limit === undefined || limit === 0) return [];
    const raise = `sysctl -w fs.${name}=NUMBER`;
    return { what, name: `fs.${name}`, unit, limit, used: null, raise };
  });
}
