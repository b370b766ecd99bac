/** Shows that objects, holders and waits of other IPC namespaces are seen, and are not ours. */
import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { findObject, type Snapshot, snapshot } from "linux-ipc/inspect";
import { decodeSysvipc, type SysvipcKind } from "../../src/wire/proc/sysvipc.ts";
import { blocked } from "../harness/blocked.ts";
import { until } from "../harness/deadline.ts";
import { ask, type Peer, startPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { lookAt, snapshotThrough } from "./look.ts";

const settings = { needs: ["perl", "namespaces", "util-linux", "isolated"] } as const;

/** What lies in IPC namespaces. */
function look(): Promise<Snapshot> {
  return snapshot({ kinds: ["msg", "shm", "sem", "mq"] });
}

/** A perl in an IPC namespace of its own; it prints a line when it has done what it says. */
async function abroad(scene: TestScene, script: string, ...way: readonly string[]): Promise<Peer> {
  const perl = ["perl", "-MIPC::SysV=IPC_CREAT,S_IRUSR,S_IWUSR", "-e", `$| = 1; ${script}`];
  const [program = "unshare", ...parameters] = [...way, "unshare", "--ipc", ...perl];
  const peer = await startPeer(program, parameters);
  scene.after(() => peer[Symbol.asyncDispose]());
  await peer.line();
  return peer;
}

function prefixOf({ pid }: Peer): string {
  return `@${statSync(`/proc/${pid}/ns/ipc`).ino}/`;
}

const make = `my $q = msgget(0x7d000a01, 01640); msgsnd($q, pack("l! a*", 3, "text"), 0);
  my $s = semget(0x7d000a02, 3, 01600); semctl($s, 1, 16, 5);
  my $m = shmget(0x7d000a03, 8192, 01600);`;

/** What the kernel's own tables say to somebody who has entered the namespace. */
async function idsIn(kind: SysvipcKind, { pid }: Peer): Promise<readonly string[]> {
  const target = ["--ipc", "--target", String(pid)];
  const text = await ask("nsenter", [...target, "cat", `/proc/sysvipc/${kind}`]);
  const rows = decodeSysvipc(kind, Buffer.from(`${text}\n`));
  return rows.map((row) => {
    const id = "msqid" in row ? row.msqid : "shmid" in row ? row.shmid : row.semid;
    return `${kind}:${id} ${row.perms & 0o777} ${row.key}`;
  });
}

function idsSeen({ objects }: Snapshot, kind: string, prefix: string): readonly string[] {
  const theirs = objects.filter((object) => object.kind === kind && object.address[0] === "@");
  return theirs
    .filter(({ address }) => address.startsWith(prefix))
    .map(({ address, mode, details }) => {
      return `${address.slice(prefix.length)} ${mode} ${details["key"]}`;
    });
}

test(
  "snapshot() shows what /proc/sysvipc shows to who enters, in two namespaces",
  settings,
  async (scene) => {
    const peers = [
      await abroad(scene, `${make} print "\\n"; <STDIN>`),
      await abroad(scene, `${make} ${make} print "\\n"; <STDIN>`),
    ];
    const before = readdirSync("/proc/self/task").length;
    const seen = await look();
    assert.equal(readdirSync("/proc/self/task").length, before);
    for (const peer of peers) {
      const prefix = prefixOf(peer);
      for (const kind of ["msg", "shm", "sem"] as const) {
        const expected = await idsIn(kind, peer);
        assert.ok(expected.length > 0);
        assert.deepEqual(idsSeen(seen, kind, prefix), expected, `${kind} of ${prefix}`);
      }
    }
    const [first] = peers.map(prefixOf);
    assert.ok(
      seen.objects.every(({ address, namespace }) => {
        return address.startsWith("@") === (namespace !== seen.host.namespaces.ipc);
      }),
    );
    const queue = seen.objects.find(({ address }) => address === `${first}msg:0`);
    assert.deepEqual(queue?.limit["bytes"], 16384);
    assert.deepEqual(queue?.details["types"], [{ type: 3, messages: 1 }]);
    const set = seen.objects.find(({ address }) => address === `${first}sem:0`);
    assert.deepEqual(set?.details["values"], [0, 5, 0]);
    assert.equal(set?.parts?.[1]?.address, `${first}sem:0/1`);
    const segment = seen.objects.find(({ address }) => address === `${first}shm:0`);
    assert.deepEqual(segment?.used, { bytes: 8192, residentBytes: 0, swappedBytes: 0 });
    assert.equal(findObject(seen, "msg:0"), undefined);
  },
);

test(
  "snapshot() gives the waits of another namespace their operation and its objects",
  settings,
  async (scene) => {
    const send = `${make} print "\\n"; msgsnd($q, pack("l! a*", 7, "x" x 8000), 0) while 1`;
    const operate = `${make} print "\\n"; semop($s, pack("s!3", 2, -2, 0))`;
    const sender = await abroad(scene, send);
    const operator = await abroad(scene, operate);
    await blocked(sender.pid, "msgsnd", 0);
    await blocked(operator.pid, "semop", 0);
    const seen = await look();
    const waits = (peer: Peer): unknown[] => {
      const theirs = seen.waits.filter(({ pid }) => pid === peer.pid);
      return theirs.map(({ object, parts, text }) => [object, parts, text]);
    };
    const queue = `${prefixOf(sender)}msg:0`;
    assert.deepEqual(waits(sender), [[queue, undefined, "room for 8000 bytes of type 7"]]);
    const set = `${prefixOf(operator)}sem:0`;
    assert.deepEqual(waits(operator), [[set, [`${set}/2`], "semaphore 2 to be at least 2"]]);
    const finding = seen.findings.find(({ objects }) => objects.includes(queue));
    assert.equal(finding?.rule, "queue-full");
    assert.match(finding?.text[0] ?? "", new RegExp(`^${queue} is full: 16004 of 16384 bytes`));
  },
);

test(
  "snapshot() attributes attachments by the namespace of the process",
  settings,
  async (scene) => {
    const attach = `${make} require IPC::SysV; my $at = IPC::SysV::shmat($m, undef, 0);
    print "\\n"; <STDIN>`;
    const [one, two] = [await abroad(scene, attach), await abroad(scene, attach)];
    const seen = await look();
    for (const peer of [one, two]) {
      const holds = seen.holds.filter(({ pid, how }) => pid === peer.pid && how === "attachment");
      assert.deepEqual(
        holds.map(({ object, mode }) => [object, mode]),
        [[`${prefixOf(peer)}shm:0`, "read-write"]],
      );
    }
    assert.deepEqual(
      seen.gaps.filter(({ what }) => what === "attachments"),
      [],
    );
  },
);

test("snapshot() shows a namespace of a user namespace that root may enter", {
  needs: [...settings.needs, "userns", "setuid"],
}, async (scene) => {
  const way = [
    "setpriv",
    "--reuid=65534",
    "--clear-groups",
    "unshare",
    "--user",
    "--map-root-user",
  ];
  const peer = await abroad(scene, `${make} print "\\n"; <STDIN>`, ...way);
  const seen = await look();
  assert.deepEqual(idsSeen(seen, "msg", prefixOf(peer)), await idsIn("msg", peer));
});

test("a namespace that may not be entered is a gap, told once for all kinds", {
  needs: [...settings.needs, "userns", "setuid"],
}, async (scene) => {
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  const inside = [...nobody, "unshare", "--user", "--map-root-user"];
  const peer = await abroad(scene, `${make} print "\\n"; <STDIN>`, ...inside);
  await until("the namespace to be readable", () => lookAt(peer.pid).namespaces.size > 0);
  const seen = await snapshotThrough(...nobody);
  const gaps = seen.gaps.filter(({ text }) => text.includes("IPC namespace"));
  assert.deepEqual(
    gaps.map(({ what, count }) => [what, count]),
    [["namespaces", 1]],
  );
  assert.match(
    gaps[0]?.text ?? "",
    /^1 process lives in another IPC namespace that may not be entered \(EPERM\): .* run as root/,
  );
  assert.deepEqual(
    seen.objects.filter(({ address }) => address.startsWith("@")),
    [],
  );
});

test(
  "a namespace whose last process ended while we looked is no error",
  settings,
  async (scene) => {
    const peers = await Promise.all(
      Array.from({ length: 8 }, () => abroad(scene, `${make} print "\\n"; <STDIN>`)),
    );
    const looks = peers.map(async (peer) => {
      peer.kill();
      return await look();
    });
    for (const { gaps } of await Promise.all(looks)) {
      assert.ok(gaps.every(({ text }) => !text.includes("IPC namespace")));
    }
  },
);
