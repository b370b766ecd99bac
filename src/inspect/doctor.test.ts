/** Shows what the doctor concludes from circumstances that are not those of this machine. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { machineOf, processOf } from "../../tests/inspect/machine.ts";
import { rooms } from "../mechanisms/rooms.ts";
import { decodeMountinfo } from "../wire/proc/mountinfo.ts";
import { bytesOf } from "../wire/proc/text.ts";
import { type Circumstances, doctor, seeingChecks } from "./doctor.ts";

const mounts = (options: string): Circumstances["mounts"] =>
  decodeMountinfo(
    bytesOf(
      `20 1 0:20 / /proc rw - proc proc ${options}\n` +
        "21 1 0:21 / /dev/shm rw - tmpfs tmpfs rw\n22 1 0:22 / /dev/mqueue rw - mqueue mqueue rw\n",
    ),
  );

const everything: Circumstances = {
  superuser: true,
  rights: { capabilities: 0x1ffffffffffn, seccomp: 0, noNewPrivileges: false },
  ptraceScope: 1,
  mounts: mounts("rw"),
  strange: false,
  state: machineOf({ processes: [processOf(1)] }),
};

const nothing = { ...everything, superuser: false };

/** What is missing, and what is said of it. */
function missing(here: Circumstances): string[] {
  return seeingChecks(here)
    .filter(({ ok }) => !ok)
    .map(({ what, text }) => `${what}: ${text}`);
}

test("seeingChecks() misses nothing where root may do everything", () => {
  assert.deepEqual(missing(everything), []);
});

test("seeingChecks() names the capability or the sysctl that is missing", () => {
  const rights = { capabilities: 0n, seccomp: 2, noNewPrivileges: true };
  const all = missing({ ...nothing, rights, mounts: mounts("rw,hidepid=2") }).join("\n");
  for (const words of [
    /hidepid: run as root/,
    /needs CAP_SYS_PTRACE/,
    /only of what this process started \(kernel\.yama\.ptrace_scope is 1\): sysctl -w/,
    /needs CAP_IPC_OWNER/,
    /needs CAP_DAC_READ_SEARCH/,
    /seccomp filter/,
  ]) {
    assert.match(all, words);
  }
  const scope = (ptraceScope: number | null): string =>
    missing({ ...nothing, rights, ptraceScope }).join("\n");
  assert.match(scope(0), /only of your own processes/);
  assert.match(scope(null), /only of your own processes/);
  assert.match(scope(2), /of no process \(kernel/);
  assert.match(missing({ ...everything, ptraceScope: 3 }).join("\n"), /nobody may/);
});

test("seeingChecks() tells of mounts that are missing", () => {
  const bare = { ...nothing, mounts: [], strange: true };
  assert.match(missing(bare).join("\n"), /mount -t tmpfs tmpfs/);
  assert.match(missing(bare).join("\n"), /mount -t proc proc \/proc/);
  const rights = { ...everything.rights, capabilities: 0n };
  assert.match(missing({ ...bare, rights }).join("\n"), /mount -t mqueue mqueue/);
});

test("seeingChecks() tells of namespaces that others live in, and of every gap", () => {
  const elsewhere = processOf(2, {
    namespaces: { ipc: 77, net: null, mnt: 3, pid: 4, user: 5 },
  });
  const gap = { what: "descriptors", reason: "EACCES", count: 1, text: "The descriptors of 1 …" };
  const gone = { what: "processes", reason: "vanished", count: 1, text: "1 process ended" };
  const state = machineOf({ processes: [processOf(1), elsewhere], gaps: [gap, gone] });
  const checks = seeingChecks({ ...everything, state });
  const entered = checks.filter(({ what }) => what.startsWith("enter "));
  assert.deepEqual(
    entered.map(({ what, ok }) => [what, ok]),
    [["enter 1 other ipc namespace", true]],
  );
  assert.deepEqual(missing({ ...everything, state }), ["all descriptors: The descriptors of 1 …"]);
});

test("doctor() asks every room that tries something, and leaves nothing behind", async () => {
  const areas = new Set((await doctor()).map(({ area }) => area));
  const trying = rooms.filter((room) => room.probe().length > 0);
  assert.ok(trying.length > 0);
  for (const { name } of trying) assert.ok(areas.has(name), name);
  assert.ok(areas.has("seeing"));
});
