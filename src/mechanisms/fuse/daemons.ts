/** Who serves a connection: the holders of its /dev/fuse, and what they are doing. */
import type { View } from "../../io/room.ts";
import { descriptorWaits } from "../../io/seeing/descriptor-waits.ts";
import { descriptorsOfKind, type Held } from "../../io/seeing/descriptors.ts";
import { oncePerView } from "../../io/seeing/once.ts";
import type { Process, Thread } from "../../wire/proc/process-table.ts";

/** Those who serve one connection. */
export interface Daemon {
  /** The descriptors of /dev/fuse, as far as they could be seen. */
  readonly held: Held[];
  /** The threads that wait for a request, as "pid/tid". */
  readonly idle: ReadonlySet<string>;
}

/** The daemons by the number of their connection, which fdinfo has since Linux 6.18. */
export const daemons: (view: View) => ReadonlyMap<number, Daemon> = oncePerView(findDaemons);

function findDaemons(view: View): ReadonlyMap<number, Daemon> {
  const found = new Map<number, Daemon & { readonly idle: Set<string> }>();
  for (const held of descriptorsOfKind(view, "device")) {
    const connection = connectionIn(held);
    if (connection === undefined) continue;
    const known = found.get(connection);
    if (known === undefined) found.set(connection, { held: [held], idle: new Set() });
    else known.held.push(held);
  }
  if (found.size === 0) return found;
  for (const { process, tid, descriptor } of descriptorWaits(view, "device")) {
    const connection = connectionIn({ process, descriptor });
    if (connection !== undefined) found.get(connection)?.idle.add(`${process.pid}/${tid}`);
  }
  addPollers(view, found);
  return found;
}

function connectionIn({ descriptor: { info } }: Held): number | undefined {
  const number = /^fuse_connection:\t(\d{1,10})$/m.exec(info ?? "")?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Who waits in epoll for a descriptor of /dev/fuse among others, or has io_uring do so. */
function addPollers(view: View, found: ReadonlyMap<number, Daemon & { idle: Set<string> }>): void {
  const waits = [...descriptorWaits(view, "eventpoll"), ...descriptorWaits(view, "io_uring")];
  for (const { process, tid, descriptor } of waits) {
    for (const daemon of found.values()) {
      const served = daemon.held.filter((held) => held.process === process);
      const watched = served.some((held) => watches(descriptor.info ?? "", held.descriptor.fd));
      const isRing = descriptor.kind === "io_uring" && served.length > 0;
      if (watched || isRing) daemon.idle.add(`${process.pid}/${tid}`);
    }
  }
}

/** The lines "tfd:" of an epoll descriptor name what it watches: proc_pid_fdinfo(5). */
function watches(info: string, fd: number): boolean {
  return new RegExp(`^tfd: +${fd} `, "m").test(info);
}

/** Why nobody can be about to answer, in words; undefined where somebody may be. */
export function stuckBecause(view: View, daemon: Daemon | undefined): string | undefined {
  const processes = [...new Set(daemon?.held.map(({ process }) => process))];
  if (daemon === undefined || processes.length === 0) return undefined;
  if (processes.every(isStopped)) return "is stopped";
  const going = processes.filter((process) => !isStopped(process));
  const threads = going.flatMap((process) =>
    process.threads.map((thread) => ({ process, thread })),
  );
  const blocked = threads.every(({ process, thread }) => isBlocked(view, process, thread));
  if (threads.length === 0 || !blocked) return undefined;
  const isIdle = (one: (typeof threads)[number]): boolean =>
    daemon.idle.has(`${one.process.pid}/${one.thread.tid}`);
  if (threads.every(isIdle)) return "waits for further requests and has left these unanswered";
  return threads.some(isIdle) ? undefined : "is blocked elsewhere and takes no requests";
}

function isStopped({ state }: Process): boolean {
  return state === "T" || state === "t";
}

function isBlocked(view: View, { pid }: Process, { tid, syscall }: Thread): boolean {
  return syscall !== undefined && view.isBlocked(pid, tid, syscall);
}
