/** What this host tells of events: whether eventfds have numbers, whether sharers can be found. */
import { readFileSync } from "node:fs";
import type { Probe } from "../../io/room.ts";
import { nameOf } from "../../sys/errno.ts";
import { close, eventfd2 } from "../../sys/fd.ts";
import { kcmpFiles } from "../../sys/kcmp.ts";
import { decodeEventfd } from "../../wire/proc/fdinfo/eventfd.ts";

const EFD_CLOEXEC = 0o2000000;

/** Tries it on an eventfd of its own, which is closed afterwards. */
export function eventProbes(): readonly Probe[] {
  const fd = eventfd2(0, EFD_CLOEXEC);
  if (fd < 0) {
    const reason = `eventfd(2): ${nameOf(fd) ?? fd}`;
    return [{ feature: "make an eventfd (eventfd2)", available: false, reason }];
  }
  try {
    return [compare(fd), ...fields(fd)];
  } finally {
    close(fd);
  }
}

function compare(fd: number): Probe {
  const one = { pid: process.pid, fd };
  const [, answer = 0] = kcmpFiles([one, one]);
  const available = answer >= 0;
  const why = `kcmp(2): ${nameOf(answer) ?? answer}; what several processes share is shown apart`;
  const feature = "tell who shares an open file (kcmp)";
  return { feature, available, reason: available ? "" : why };
}

function fields(fd: number): readonly Probe[] {
  const info = decodeEventfd(textOf(fd));
  const told = (feature: string, available: boolean, since: string): Probe => ({
    feature,
    available,
    reason: available ? "" : `this kernel does not tell it; ${since} does`,
  });
  return [
    told("count of an eventfd (fdinfo)", info !== undefined, "Linux 3.8"),
    told("number of an eventfd (fdinfo)", info?.id !== undefined, "Linux 5.2"),
    told("whether an eventfd is a semaphore (fdinfo)", info?.semaphore !== undefined, "Linux 6.5"),
  ];
}

function textOf(fd: number): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, "latin1");
  } catch {
    return "";
  }
}
