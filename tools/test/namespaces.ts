/**
 * Runs a program in namespaces of its own, so that it finds no IPC object, no other process and no
 * port of the host's, and leaves none: the kernel ends and removes everything with the namespaces.
 */
import { capture } from "../run.ts";

/** A program and its parameters. */
export type Command = readonly [string, ...string[]];

/** Puts a command into fresh namespaces. */
export type Enter = (command: Command) => Command;

/**
 * The first process of the namespaces: a shell that prepares them, stays to reap what is orphaned,
 * and ends with the command's code. A kernel without POSIX queues, or a host without iproute2, only
 * loses what needs them.
 */
const prepare = `
mount -t tmpfs -o mode=1777 tmpfs /dev/shm || exit 125
if [ -d /dev/mqueue ]; then mount -t mqueue mqueue /dev/mqueue 2>/dev/null; fi
ip link set lo up 2>/dev/null
export LINUX_IPC_NAMESPACES=1
"$@"
exit $?
`;

const kinds = ["--ipc", "--mount", "--net", "--pid", "--fork", "--mount-proc"];

/** When the runner kills unshare, the kernel kills the shell, and with it everything inside. */
const end = "--kill-child=SIGKILL";

function entering(...more: readonly string[]): Enter {
  return (command) => ["unshare", ...more, ...kinds, end, "sh", "-c", prepare, "sh", ...command];
}

/** Tried in this order: with the rights at hand, then as root of a user namespace. */
const ways: readonly Enter[] = [entering(), entering("--user", "--map-root-user")];

/** The first way that works here; undefined when the host allows none. */
export async function wayIn(): Promise<Enter | undefined> {
  for (const way of ways) {
    const [program, ...parameters] = way(["true"]);
    const outcome = await capture(program, parameters).catch(() => undefined);
    if (outcome?.code === 0) return way;
  }
  return undefined;
}
