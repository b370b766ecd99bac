/** The limits of POSIX message queues here, and their use. */
import { readFileSync } from "node:fs";
import type { Limit } from "../../io/room.ts";
import { readSysctlNumber } from "../../io/sysv/sysctl.ts";
import { decodeLimits } from "../../wire/proc/limits.ts";
import { readFolder } from "./mq-folder.ts";

interface Sysctl {
  readonly what: string;
  readonly name: string;
  readonly unit: string;
  readonly value: string;
}

const sysctls: readonly Sysctl[] = [
  {
    what: "POSIX message queues in this IPC namespace",
    name: "queues_max",
    unit: "queues",
    value: "NUMBER",
  },
  {
    what: "messages in a POSIX queue, without CAP_SYS_RESOURCE",
    name: "msg_max",
    unit: "messages",
    value: "NUMBER",
  },
  {
    what: "bytes in one message of a POSIX queue, without CAP_SYS_RESOURCE",
    name: "msgsize_max",
    unit: "bytes",
    value: "BYTES",
  },
];

/** @see mq_overview(7), "/proc interfaces" and "Resource limit" */
export function mqLimits(): readonly Limit[] {
  const limits = sysctls.flatMap(({ what, name, unit, value }): Limit[] => {
    const limit = readSysctlNumber(`fs/mqueue/${name}`);
    if (limit === undefined) return [];
    const used = name === "queues_max" ? queuesNow() : null;
    const raise = `sysctl -w fs.mqueue.${name}=${value}`;
    return [{ what, name: `fs.mqueue.${name}`, unit, limit, used, raise }];
  });
  return [...limits, ...bytesOfUser()];
}

/** Those that have a name: one that was unlinked counts as long as it is open. */
function queuesNow(): number | null {
  const folder = readFolder(true);
  return typeof folder === "string" || folder.truncated ? null : folder.queues.length;
}

/** The kernel counts for each user, over all namespaces, and tells nobody. */
function bytesOfUser(): Limit[] {
  const limit = softLimit();
  if (limit === undefined || !Number.isFinite(limit)) return [];
  return [
    {
      what: "bytes that all POSIX queues of a user may need, as they were made",
      name: "RLIMIT_MSGQUEUE",
      unit: "bytes",
      limit,
      used: null,
      raise: "ulimit -q BYTES, or prlimit --pid PID --msgqueue=BYTES",
    },
  ];
}

function softLimit(): number | undefined {
  try {
    return decodeLimits(readFileSync("/proc/self/limits")).get("Max msgqueue size")?.soft;
  } catch {
    return undefined;
  }
}
