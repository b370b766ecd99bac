/** The text of a link /proc/PID/fd/N, which says what kind of thing is open. */
import { decodeNamespace } from "./namespace.ts";

/** Inodes without a name: what the kernel calls them, and what we do. */
const anonymous: ReadonlyMap<string, string> = new Map([
  ["eventfd", "eventfd"],
  ["eventpoll", "eventpoll"],
  ["timerfd", "timerfd"],
  ["signalfd", "signalfd"],
  ["inotify", "inotify"],
  ["fanotify", "fanotify"],
  ["pidfd", "pidfd"],
  ["userfaultfd", "userfaultfd"],
  ["io_uring", "io_uring"],
  ["bpf-map", "bpf-map"],
  ["bpf-prog", "bpf-prog"],
  ["bpf_link", "bpf-link"],
  ["bpf_iter", "bpf-iter"],
  ["perf_event", "perf-event"],
]);

/**
 * The kind of what the link points to: "pipe", "socket", "eventfd" …, "memfd", "namespace",
 * "device", "deleted" (a file without a name any more), "file". An inode without a name that we do
 * not know keeps its text ("anon_inode:kvm-vm"); whatever else is "unknown". A file may be named
 * to look like a memfd: where that matters, the device number decides.
 */
export function descriptorKind(target: string): string {
  if (target.startsWith("pipe:[")) return "pipe";
  if (target.startsWith("socket:[")) return "socket";
  if (target.startsWith("anon_inode:")) return anonymousKind(target);
  if (target.startsWith("/")) return pathKind(target);
  return decodeNamespace(target) === undefined ? "unknown" : "namespace";
}

/** The inode number in "pipe:[42]", "socket:[42]" and the like; undefined where there is none. */
export function descriptorInode(target: string): number | undefined {
  return decodeNamespace(target)?.inode;
}

/** Some are written in brackets, "anon_inode:[eventfd]", and some not: "anon_inode:inotify". */
function anonymousKind(target: string): string {
  const name = target.slice("anon_inode:".length).replace(/^\[(.*)\]$/s, "$1");
  return anonymous.get(name) ?? `anon_inode:${name}`;
}

function pathKind(target: string): string {
  const deleted = target.endsWith(" (deleted)");
  if (target.startsWith("/memfd:") && deleted) return "memfd";
  if (target === "/secretmem (deleted)") return "memfd-secret";
  if (target.startsWith("/dmabuf:")) return "dmabuf";
  if (target.startsWith("/dev/shm/")) return deleted ? "deleted" : "file";
  if (target.startsWith("/dev/mqueue/")) return deleted ? "deleted" : "file";
  if (target.startsWith("/dev/")) return "device";
  return deleted ? "deleted" : "file";
}
