/** ps and tree, of foreign programs that share memory and wait on queues. */
import assert from "node:assert/strict";
import { test } from "../harness/test.ts";
import { holder } from "../shared-memory/attaching.ts";
import { ipc, parsed } from "./ipc.ts";
import { blockedReceiver, foreignQueue } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;

type Scene = Parameters<typeof foreignQueue>[0];

/** A segment that one program reads and another one writes. */
async function shared(
  scene: Scene,
): Promise<{ address: string; writer: number; reader: number; queue: number; waiter: number }> {
  const address = (await ipc(["mk", "shm", "--size", "4096"])).stdout.trim();
  scene.after(() => ipc(["rm", "--force", address]));
  const id = Number(address.slice("shm:".length));
  const writer = await holder(scene, id, { name: "shm-rw" });
  const reader = await holder(scene, id, { name: "shm-ro", readOnly: true });
  const queue = await foreignQueue(scene);
  const { pid: waiter } = await blockedReceiver(scene, queue);
  return { address, writer: writer.pid, reader: reader.pid, queue, waiter };
}

test("ps lists who holds what, with how many, and what each waits for", settings, async (scene) => {
  const { writer, reader, queue, waiter } = await shared(scene);
  const { code, stdout } = await ipc(["ps"]);
  assert.equal(code, 0);
  const [head = "", ...rows] = stdout.trimEnd().split("\n");
  assert.deepEqual(head.trim().split(/ {2,}/), [
    ...["PID", "NAME", "OWNER", "OBJECTS", "FROM", "TO", "BLOCKED ON"],
  ]);
  const row = (pid: number): string => rows.find((one) => one.trim().startsWith(`${pid} `)) ?? "";
  assert.match(row(writer), / shm-rw +.*1 shm/);
  assert.match(row(reader), / shm-ro +.*1 shm/);
  assert.match(row(waiter), new RegExp(` msg-recv +.* msg:${queue} receive$`));
  const all = (await ipc(["ps", "--all"])).stdout;
  assert.match(all, new RegExp(`^ *${process.pid} `, "m"));
});

test("ps -w, --sort and --json choose and order", settings, async (scene) => {
  const { writer, reader, waiter } = await shared(scene);
  const blocked = await ipc(["ps", "-w", "blocked"]);
  assert.ok(
    blocked.stdout
      .match(/^ *\d+/gm)
      ?.map(Number)
      .includes(waiter),
  );
  const json = parsed<{ processes: { pid: number; use: { objects: { shm: number } } }[] }>(
    await ipc(["ps", "-w", "shm", "--sort", "-pid", "--json"]),
  );
  assert.deepEqual(
    json.processes.map(({ pid, use }) => [pid, use.objects.shm]),
    [writer, reader].sort((left, right) => right - left).map((pid) => [pid, 1]),
  );
  assert.equal((await ipc(["ps", "-w", "no-such-kind"])).code, 1);
  const wrong = await ipc(["ps", "--sort", "frob"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /no column "frob"; the columns are pid/);
});

test("tree draws what a process holds, and who is at the other end", settings, async (scene) => {
  const { address, writer, reader, queue, waiter } = await shared(scene);
  const drawn = await ipc(["tree", String(writer)]);
  assert.equal(drawn.code, 0);
  assert.match(drawn.stdout, new RegExp(`^shm-rw \\(${writer}\\) \\S+ ipc:\\d+ `));
  const line = `^[├└]─ ${address} attachment .* ⇢ shm-ro\\[${reader}\\]$`;
  assert.match(drawn.stdout, new RegExp(line, "m"));
  const other = await ipc(["tree", `pid:${reader}`]);
  assert.match(other.stdout, new RegExp(`⇠ shm-rw\\[${writer}\\]\n`));
  const blocked = await ipc(["tree", String(waiter)]);
  assert.match(blocked.stdout, new RegExp(`[├└]─ msg:${queue}  .*waits for a message of type 7\n`));
  const json = parsed<{ branches: { address: string; ends: { pid: number }[] }[] }>(
    await ipc(["tree", String(writer), "--json"]),
  );
  const segment = json.branches.find((branch) => branch.address === address);
  assert.deepEqual(
    segment?.ends.map(({ pid }) => pid),
    [reader],
  );
});

test("tree refuses what is no process, and exits 1 where there is none", async () => {
  const none = await ipc(["tree", "4194304"]);
  assert.deepEqual([none.code, none.stderr], [1, "ipc: there is no process 4194304\n"]);
  const object = await ipc(["tree", "msg:0"]);
  assert.equal(object.code, 2);
  assert.match(object.stderr, /expected a process.*ipc who msg:0/);
});
