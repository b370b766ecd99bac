/**
 * Runs a program in namespaces of its own, so that it finds no IPC object, no other process and no
 * port of the host's, and leaves none: the kernel ends and removes everything with the namespaces.
 */
import { statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, sep } from "node:path";
import { root } from "../paths.ts";
import { capture } from "../run.ts";

/** A program and its parameters. */
export type Command = readonly [string, ...string[]];

/** Puts a command into fresh namespaces. */
export type Enter = (command: Command) => Command;

/**
 * The first process of the namespaces: a shell that prepares them, stays to reap what is orphaned,
 * and ends with the command's code. A kernel without POSIX queues, or a host without iproute2, only
 * loses what needs them. Its first two parameters are the tree and an ancestor of it that only root
 * may pass, or nothing: for the tests that run as somebody else, a passable one with the tree alone
 * in it is laid over that ancestor.
 */
const prepare = `
tree=$1 barrier=$2
shift 2
mount -t tmpfs -o mode=1777 tmpfs /dev/shm || exit 125
if [ -n "$barrier" ]; then
  mkdir /dev/shm/tree && mount --bind "$tree" /dev/shm/tree || exit 125
  mount -t tmpfs -o mode=755 tmpfs "$barrier" && mkdir -p "$tree" || exit 125
  mount --bind /dev/shm/tree "$tree" && umount /dev/shm/tree && rmdir /dev/shm/tree || exit 125
  cd "$tree" || exit 125
fi
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
  const shell = ["sh", "-c", prepare, "sh", root, barrierOf(root)];
  return (command) => ["unshare", ...more, ...kinds, end, ...shell, ...command];
}

/**
 * The uppermost ancestor that others may not pass; empty where there is none, or where what the
 * tests also need (Node, the folder of temporary files) would be hidden with it.
 */
export function barrierOf(folder: string): string {
  const above = ancestorsOf(folder).find((ancestor) => (statSync(ancestor).mode & 0o001) === 0);
  if (above === undefined) return "";
  const needed = [process.execPath, tmpdir()].filter((path) => !isBelow(path, folder));
  return needed.some((path) => isBelow(path, above)) ? "" : above;
}

/** From the root down, without the folder itself. */
function ancestorsOf(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [] : [...ancestorsOf(parent), parent];
}

function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
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
