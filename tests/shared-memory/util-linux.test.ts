/** util-linux's programs and our segment show and change the same things. */
import assert from "node:assert/strict";
import {
  listSysvSharedMemory,
  SysvSharedMemory,
  type SysvSharedMemoryStatus,
  sysvSharedMemoryLimits,
} from "linux-ipc/shared-memory";
import { ask, runPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { holder } from "./attaching.ts";
import { attached, freeKey, keyedSegment, privateSegment } from "./segment.ts";

const settings = { needs: ["util-linux"] } as const;
const english = { env: { LC_ALL: "C", TZ: "UTC" } };

/** What ipcs -i prints of a segment, by its own names. */
async function ipcsOf(id: number): Promise<Record<string, string>> {
  const text = await ask("ipcs", ["-m", "-i", String(id)], english);
  const pairs = [...text.matchAll(/(\w+)=(\S.*?)\s*(?=\t|\n|$)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

function seconds(text: string | undefined): number {
  return new Date(`${text} UTC`).getTime();
}

test("stat() agrees with ipcs in every field that it prints", {
  needs: ["util-linux", "perl"],
}, async (scene) => {
  const segment = keyedSegment(scene, freeKey(), { mode: 0o624, sizeBytes: 5_001 });
  segment.attach().close();
  // Not ours: a child has our attachments until it becomes another program, and is the last pid then.
  const { pid } = await holder(scene, segment.id);
  const ours = segment.stat();
  const shown = await ipcsOf(segment.id);
  const names = ["uid", "gid", "cuid", "cgid", "bytes", "lpid", "cpid", "nattch"];
  const { uid, gid, creatorUid, creatorGid, sizeBytes, lastPid, creatorPid, attachments } = ours;
  const owners = [uid, gid, creatorUid, creatorGid];
  assert.deepEqual(
    names.map((name) => Number(shown[name])),
    [...owners, sizeBytes, lastPid, creatorPid, attachments],
  );
  assert.deepEqual([sizeBytes, lastPid, creatorPid, attachments], [5_001, pid, process.pid, 1]);
  assert.match(shown["mode"] ?? "", /^0?624/);
  assert.equal(seconds(shown["att_time"]), ours.attachedAt?.getTime());
  assert.equal(seconds(shown["det_time"]), ours.detachedAt?.getTime());
  assert.equal(seconds(shown["change_time"]), ours.changedAt.getTime());
});

/** The rows of ipcs -m: key, id, owner, mode, bytes, how many have it attached, and its status. */
async function ipcsRows(): Promise<readonly string[]> {
  const text = await ask("ipcs", ["-m"], english);
  const rows = text.split("\n").filter((row) => row.startsWith("0x"));
  return rows.map((row) => row.trim().split(/\s+/).join(" "));
}

function rowOf(status: SysvSharedMemoryStatus): string {
  const { key, id, mode, sizeBytes, attachments, removed, locked } = status;
  const words = [
    `0x${key.toString(16).padStart(8, "0")} ${id} root ${mode.toString(8)}`,
    `${sizeBytes} ${attachments}`,
    ...(removed ? ["dest"] : []),
    ...(locked ? ["locked"] : []),
  ];
  return words.join(" ");
}

test("listSysvSharedMemory() agrees with ipcs, removed and locked ones too", {
  needs: ["util-linux", "root"],
}, async (scene) => {
  keyedSegment(scene, 0xfedc_ba97, { mode: 0o660 });
  const locked = privateSegment(scene, { sizeBytes: 1 });
  locked.lock();
  const removed = keyedSegment(scene, freeKey());
  attached(scene, removed);
  attached(scene, removed, { readOnly: true });
  removed.remove();
  privateSegment(scene).remove();
  const ours = listSysvSharedMemory();
  assert.deepEqual(ours.map(rowOf), await ipcsRows());
  assert.ok(ours.map(rowOf).some((row) => /10000 2 dest$/.test(row)));
  assert.ok(ours.map(rowOf).some((row) => /1 0 locked$/.test(row)));
});

test("byId() takes the segment that ipcmk made", settings, async () => {
  const words = await ask("ipcmk", ["--shmem", "1234", "--mode", "0606"], english);
  const segment = SysvSharedMemory.byId(Number(/(\d+)/.exec(words)?.[1]));
  const { mode, sizeBytes } = segment.stat();
  assert.deepEqual([mode, sizeBytes], [0o606, 1234]);
  segment.remove();
});

test("remove() is seen by ipcs, and ipcrm's removal by us", settings, async (scene) => {
  const first = privateSegment(scene);
  first.remove();
  assert.notEqual((await runPeer("ipcs", ["-m", "-i", String(first.id)], english)).stderr, "");
  const second = keyedSegment(scene, freeKey());
  const memory = attached(scene, second);
  await ask("ipcrm", ["--shmem-key", `0x${second.stat().key.toString(16)}`]);
  assert.equal(second.stat().removed, true);
  memory.close();
  assert.throws(() => second.stat(), { code: "EIDRM" });
});

test("sysvSharedMemoryLimits() agrees with ipcs -l and ipcs -u", settings, async (scene) => {
  const memory = attached(scene, privateSegment(scene, { sizeBytes: 3 * 4096 }));
  memory.bytes[0] = 1;
  const ours = sysvSharedMemoryLimits();
  const limits = await ask("ipcs", ["-m", "-l"], english);
  assert.match(limits, new RegExp(`max number of segments = ${ours.segmentsMax}\n`));
  assert.match(limits, new RegExp(`min seg size \\(bytes\\) = ${ours.segmentBytesMin}`));
  const use = await ask("ipcs", ["-m", "-u"], english);
  assert.match(use, new RegExp(`segments allocated ${ours.segments}\n`));
  assert.match(use, new RegExp(`pages allocated ${ours.pages}\n`));
  assert.match(use, new RegExp(`pages resident {1,2}${ours.residentPages}\n`));
  assert.match(use, new RegExp(`pages swapped {1,3}${ours.swappedPages}\n`));
});
