/** What bounds processes, threads and queued signals. */
import { readFileSync } from "node:fs";
import type { Limit } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";

/** The limits of this room, as far as this kernel tells them. */
export function processLimits(): readonly Limit[] {
  const used = threads();
  return [
    ...sysctl("kernel/pid_max", "numbers of processes and threads", used),
    ...sysctl("kernel/threads-max", "threads of this machine", used),
    ...pendingSignals(),
  ];
}

function sysctl(path: string, what: string, used: number | null): readonly Limit[] {
  const limit = readSysctlNumber(path);
  if (limit === undefined || Number.isNaN(limit)) return [];
  const name = path.replaceAll("/", ".");
  return [{ what, name, unit: "threads", limit, used, raise: `sysctl -w ${name}=NUMBER` }];
}

/** "running/all" in proc_loadavg(5) counts every thread, the kernel's too. */
function threads(): number | null {
  const count = /\/(\d{1,10}) /.exec(textOf("/proc/loadavg"))?.[1];
  return count === undefined ? null : Number(count);
}

/** "SigQ: queued/limit" counts for the user, whatever process asks. */
function pendingSignals(): readonly Limit[] {
  const match = /^SigQ:\t(\d{1,19})\/(\d{1,20})$/m.exec(textOf("/proc/self/status"));
  if (match === null) return [];
  return [
    {
      what: "signals queued for processes of this user",
      name: "RLIMIT_SIGPENDING",
      unit: "signals",
      limit: Number(match[2]),
      used: Number(match[1]),
      raise: "ulimit -i NUMBER; LimitSIGPENDING= of a systemd unit",
    },
  ];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
