/** What a test may need of the machine, as data: each need is tried, never guessed. */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Debian's own interpreter, which sees the modules that Debian packages. */
export const python: string = "/usr/bin/python3";

/** Tries one thing: undefined when it works, or why not. */
type Probe = () => string | undefined;

/** The name of something that a test may need. */
export type Need =
  | "perl"
  | "python"
  | "sysv_ipc"
  | "php"
  | "fakeroot"
  | "strace"
  | "util-linux"
  | "sysv-ipcrm"
  | "procps"
  | "lsof"
  | "lsfd"
  | "gcc"
  | "node-headers"
  | "namespaces"
  | "isolated"
  | "userns"
  | "setuid"
  | "root"
  | "two-processors"
  | "checkpoint-restore"
  | "huge-pages"
  | "fuse"
  | "unsanitized";

const probes: Readonly<Record<Need, Probe>> = {
  /** Perl, with the modules that the System V peers use. */
  perl: () => runs("perl", ["-MIPC::SysV", "-MSocket", "-e", "1"]),
  python: () => runs(python, ["-c", "1"]),
  sysv_ipc: () => runs(python, ["-c", "import sysv_ipc"]),
  php: () =>
    runs("php", [
      "-r",
      'exit(function_exists("msg_get_queue") && function_exists("sem_get") ? 0 : 1);',
    ]),
  /** The fakeroot that talks through System V IPC; its answer is what it pretends. */
  fakeroot: () => runs("fakeroot-sysv", ["sh", "-c", "test $(id -u) = 0"]),
  strace: () => runs("strace", ["-qq", "-o", "/dev/null", "true"]),
  "util-linux": () => runs("ipcs", ["--version"]),
  /** ipcmk and ipcrm that know System V alone; from 2.41 on other abbreviations are ambiguous. */
  "sysv-ipcrm": () => runs("sh", ["-c", "ipcrm --posix-shmem 2>&1 | grep unrecognized"]),
  procps: () => runs("ps", ["--version"]),
  lsof: () => runs("lsof", ["-v"]),
  /** Of util-linux 2.38 and later. */
  lsfd: () => runs("lsfd", ["--version"]),
  gcc: () => runs("gcc", ["-xc", "-o", "/dev/null", "-"], "int main(void) { return 0; }\n"),
  /** The headers that belong to the Node that runs this. */
  "node-headers": () => {
    const header = join(dirname(process.execPath), "../include/node/node_api.h");
    return existsSync(header) ? undefined : `there is no ${header}`;
  },
  /** Namespaces made with the rights that this process has. */
  namespaces: () => runs("unshare", ["--ipc", "--mount", "--pid", "--fork", "true"]),
  /** The namespaces that the test runner gives to each file: for what must not touch the host. */
  isolated: () =>
    process.env["LINUX_IPC_NAMESPACES"] === "1" ? undefined : "not in namespaces of its own",
  /** A user namespace of one's own. */
  userns: () => runs("unshare", ["--user", "--map-root-user", "true"]),
  /** Becoming somebody else. */
  setuid: () => runs("setpriv", ["--reuid=65534", "--clear-groups", "true"]),
  /** Root over other users' files and objects, which root of a user namespace is not. */
  root: tryChown,
  /** Two processors that this process may run on. */
  "two-processors": () => (availableParallelism() > 1 ? undefined : "there is one processor"),
  /** A kernel with MSG_COPY; msgrcv(2) ties it to CONFIG_CHECKPOINT_RESTORE, as this sysctl. */
  "checkpoint-restore": () =>
    existsSync("/proc/sys/kernel/msg_next_id") ? undefined : "no kernel.msg_next_id",
  /** A free huge page: vm.nr_hugepages is of the whole machine, so that no test sets it. */
  "huge-pages": () => runs("perl", ["-e", makeHugePage]),
  /** Serving a file system: the device, and the rights to open it. */
  fuse: () => runs("sh", ["-c", "exec 3<>/dev/fuse"]),
  /** A run without sanitizers: for figures, and for what they cannot stand. */
  unsanitized: () =>
    process.env["LINUX_IPC_SANITIZED"] === "1" ? "running under sanitizers" : undefined,
};

/** IPC_CREAT, SHM_HUGETLB and a mode; then IPC_RMID. */
const makeHugePage = 'my $id = shmget(0, 1, 05600) // die "shmget: $!\\n"; shmctl($id, 0, 0)';

const answers = new Map<Need, string | undefined>();

/** Why a test with these needs cannot run here, as "needs NAME: REASON"; undefined when it can. */
export function needs(...names: readonly Need[]): string | undefined {
  for (const name of names) {
    const reason = answerOf(name);
    if (reason !== undefined) return `needs ${name}: ${reason}`;
  }
  return undefined;
}

/** Each need is tried once a process. */
function answerOf(name: Need): string | undefined {
  if (!answers.has(name)) answers.set(name, probes[name]());
  return answers.get(name);
}

const probeTimeoutMs = 20_000;

/** Whether a program runs and ends with 0. Exported for the needs' own test. */
export function runs(
  program: string,
  parameters: readonly string[],
  input = "",
): string | undefined {
  const { LD_PRELOAD: _, ...env } = process.env;
  const outcome = spawnSync(program, parameters, { input, env, timeout: probeTimeoutMs });
  if (outcome.error !== undefined) return describe(program, outcome.error);
  if (outcome.status === 0) return undefined;
  const complaint = outcome.stderr.toString().trim().split("\n")[0] ?? "";
  return `${program} ended with ${outcome.status ?? outcome.signal} ${complaint}`.trimEnd();
}

function describe(program: string, error: NodeJS.ErrnoException): string {
  return error.code === "ENOENT" ? `there is no ${program}` : error.message;
}

function tryChown(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-need-"));
  try {
    chownSync(folder, 65534, 65534);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
