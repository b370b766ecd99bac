/** util-linux's programs and our queue show and change the same things. */
import assert from "node:assert/strict";
import {
  listSysvMessageQueues,
  SysvMessageQueue,
  type SysvMessageQueueStatus,
  sysvMessageLimits,
} from "linux-ipc/message-queue";
import { ask, runPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { freeKey, keyedQueue, privateQueue } from "./queue.ts";

const settings = { needs: ["util-linux"] } as const;
const english = { env: { LC_ALL: "C", TZ: "UTC" } };

/** What ipcs -i prints of a queue, by its own names. */
async function ipcsOf(id: number): Promise<Record<string, string>> {
  const text = await ask("ipcs", ["-q", "-i", String(id)], english);
  const pairs = [...text.matchAll(/(\w+)=(\S.*?)\s*(?=\t|\n|$)/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

interface LsipcRow {
  readonly [column: string]: string | number | null;
}

const columns = "KEY,ID,PERMS,UID,GID,CUID,CGID,USEDBYTES,MSGS,SEND,RECV,CTIME,LSPID,LRPID";

/** What lsipc tells of every queue. */
async function lsipc(): Promise<readonly LsipcRow[]> {
  const form = ["--json", "--bytes", "--time-format", "iso", "-o", columns];
  const { messages } = JSON.parse(await ask("lsipc", ["--queues", ...form], english)) as {
    messages: readonly LsipcRow[];
  };
  return messages;
}

function lsipcRowOf(status: SysvMessageQueueStatus): Record<string, string> {
  const time = (date: Date | undefined): string => (date === undefined ? "" : isoOf(date));
  return {
    key: `0x${status.key.toString(16).padStart(8, "0")}`,
    id: String(status.id),
    perms: lettersOf(status.mode),
    uid: String(status.uid),
    gid: String(status.gid),
    cuid: String(status.creatorUid),
    cgid: String(status.creatorGid),
    usedbytes: String(status.bytes),
    msgs: String(status.messages),
    send: time(status.sentAt),
    recv: time(status.receivedAt),
    ctime: time(status.changedAt),
    lspid: String(status.lastSendPid),
    lrpid: String(status.lastReceivePid),
  };
}

function isoOf(date: Date): string {
  return date.toISOString().slice(0, 19);
}

/** 0o640 is "rw-r-----". */
function lettersOf(mode: number): string {
  return [...mode.toString(2).padStart(9, "0")]
    .map((bit, index) => (bit === "1" ? "rwx"[index % 3] : "-"))
    .join("");
}

/** In one form for all versions of lsipc: unset times empty, zones away, numbers as text. */
function plainRow(row: LsipcRow): Record<string, string> {
  const plain = (value: string | number | null): string =>
    String(value ?? "").replace(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d).*$/, "$1");
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

test("stat() agrees with ipcs in every field that it prints", settings, async (scene) => {
  const queue = keyedQueue(scene, freeKey(), { mode: 0o624 });
  queue.trySend(3, "abc");
  queue.trySend(4, "defgh");
  queue.tryReceive();
  const ours = queue.stat();
  const shown = await ipcsOf(queue.id);
  const seconds = (text: string | undefined): number => new Date(`${text} UTC`).getTime();
  assert.equal(shown["uid"], String(ours.uid));
  assert.equal(shown["gid"], String(ours.gid));
  assert.equal(shown["cuid"], String(ours.creatorUid));
  assert.equal(shown["cgid"], String(ours.creatorGid));
  assert.equal(Number.parseInt(shown["mode"] ?? "", 8), 0o624);
  assert.equal(shown["cbytes"], "5");
  assert.equal(shown["qbytes"], String(ours.maxBytes));
  assert.equal(shown["qnum"], "1");
  assert.equal(shown["lspid"], String(process.pid));
  assert.equal(shown["lrpid"], String(process.pid));
  assert.equal(seconds(shown["send_time"]), ours.sentAt?.getTime());
  assert.equal(seconds(shown["rcv_time"]), ours.receivedAt?.getTime());
  assert.equal(seconds(shown["change_time"]), ours.changedAt.getTime());
  assert.deepEqual([ours.mode, ours.bytes, ours.messages], [0o624, 5, 1]);
});

test("listSysvMessageQueues() agrees with lsipc in every column", settings, async (scene) => {
  privateQueue(scene).remove();
  const used = keyedQueue(scene, 0xfedc_ba98, { mode: 0o660 });
  const idle = privateQueue(scene);
  used.trySend(1, "some text");
  const ours = listSysvMessageQueues();
  const byId = (one: Record<string, string>, two: Record<string, string>): number =>
    Number(one["id"]) - Number(two["id"]);
  assert.deepEqual(ours.map(lsipcRowOf).sort(byId), (await lsipc()).map(plainRow).sort(byId));
  assert.ok(ours.some(({ id, key }) => id === used.id && key === 0xfedc_ba98));
  assert.ok(ours.some(({ id, key }) => id === idle.id && key === 0));
});

test("byId() takes the queue that ipcmk made", settings, async () => {
  const words = await ask("ipcmk", ["--queue", "--mode", "0606"], english);
  using queue = SysvMessageQueue.byId(Number(/(\d+)/.exec(words)?.[1]));
  assert.equal(queue.stat().mode, 0o606);
  queue.remove();
});

test("remove() is seen by ipcs, and ipcrm's removal by us", settings, async (scene) => {
  const first = privateQueue(scene);
  first.remove();
  assert.notEqual((await runPeer("ipcs", ["-q", "-i", String(first.id)], english)).stderr, "");
  const second = keyedQueue(scene, freeKey());
  const refused = assert.rejects(second.receive(), { code: "EIDRM" });
  await ask("ipcrm", ["--queue-key", `0x${second.stat().key.toString(16)}`]);
  await refused;
  assert.throws(
    () => second.stat(),
    (error: NodeJS.ErrnoException) => ["EINVAL", "EIDRM"].includes(error.code ?? ""),
  );
});

test("sysvMessageLimits() agrees with ipcs -l and ipcs -u", settings, async (scene) => {
  const queue = privateQueue(scene);
  queue.trySend(1, "12345");
  const ours = sysvMessageLimits();
  const limits = await ask("ipcs", ["-q", "-l"], english);
  assert.match(limits, new RegExp(`max queues system wide = ${ours.queuesMax}\n`));
  assert.match(limits, new RegExp(`max size of message \\(bytes\\) = ${ours.messageBytesMax}\n`));
  assert.match(limits, new RegExp(`max size of queue \\(bytes\\) = ${ours.queueBytesMax}\n`));
  const use = await ask("ipcs", ["-q", "-u"], english);
  assert.match(use, new RegExp(`allocated queues = ${ours.queues}\n`));
  assert.match(use, new RegExp(`used headers = ${ours.messages}\n`));
  assert.match(use, new RegExp(`used space = ${ours.bytes} bytes`));
});
