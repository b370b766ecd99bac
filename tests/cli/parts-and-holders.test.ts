/** The command on segments and semaphores that foreign programs use: all verbs, with no kind in it. */
import assert from "node:assert/strict";
import { SysvSemaphoreSet, SysvSharedMemory } from "linux-ipc";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { blockedOperator, idleOperator } from "../semaphore/operating.ts";
import { holder } from "../shared-memory/attaching.ts";
import { commandFile, ipc, ipcAsNobody, parsed } from "./ipc.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;

/** Makes an object with the command; it is gone when the test has ended. */
async function made(scene: TestScene, ...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ipc(["mk", ...words]);
  assert.deepEqual([code, stderr], [0, ""]);
  const address = stdout.trim();
  scene.after(() => ipc(["rm", "--force", address]));
  return address;
}

function idOf(address: string): number {
  return Number(address.slice(address.indexOf(":") + 1));
}

test(
  "ls shows the size of a segment, who has it attached, and in which direction",
  settings,
  async (scene) => {
    const address = await made(scene, "shm", "--size", "65536");
    const writer = await holder(scene, idOf(address), { name: "shm-rw" });
    const both = await ipc(["ls", "shm"]);
    assert.match(
      both.stdout,
      new RegExp(`^${address} +\\S+ +65536B +1 +shm-rw\\[${writer.pid}\\] `, "m"),
    );
    const reader = await holder(scene, idOf(address), { name: "shm-ro", readOnly: true });
    const { stdout } = await ipc(["ls", "shm"]);
    const fromTo = `shm-rw\\[${writer.pid}\\] → shm-ro\\[${reader.pid}\\]`;
    assert.match(stdout, new RegExp(`^${address} +\\S+ +65536B +rw1 r1 +${fromTo} `, "m"));
    const held = await ipc(["ls", "-w", "held", "-o", "address,attachments,mayWrite"]);
    assert.match(held.stdout, new RegExp(`^${address} +2 +owner$`, "m"));
  },
);

test("who, show and why name who has a segment attached, and where", settings, async (scene) => {
  const address = await made(scene, "shm", "--size", "100", "--key", "0x1234abce");
  const nobody = await ipc(["who", address]);
  assert.match(nobody.stderr, /nobody holds it or waits on it/);
  const { pid } = await holder(scene, idOf(address), { readOnly: true });
  const told = await ipc(["who", "shm:0x1234abce"]);
  assert.equal(told.code, 0);
  const attached = `shm-hold\\[${pid}\\] +\\S+ +has it attached +read at 0x[0-9a-f]+`;
  assert.match(told.stdout, new RegExp(`^${attached}$`, "m"));
  const sheet = (await ipc(["show", address])).stdout;
  assert.match(sheet, new RegExp(`^${address}  System V shared memory\n`));
  assert.match(sheet, /^ {2}fill +100 bytes, \d+ resident bytes, 0 swapped bytes$/m);
  assert.match(sheet, /^ {2}attachments seen +1$/m);
  assert.match(sheet, new RegExp(`shm-hold\\[${pid}\\] +last use by that pid`));
  assert.match(
    (await ipc(["why", address])).stdout,
    new RegExp(`\n  Held by shm-hold \\(${pid}\\)`),
  );
  const process = await ipc(["who", String(pid)]);
  assert.match(process.stdout, new RegExp(`^${address} +has it attached +read at 0x`, "m"));
});

test(
  "rm says who has a segment attached, and removes it all the same when told",
  settings,
  async (scene) => {
    const address = await made(scene, "shm", "--size", "100");
    const { pid } = await holder(scene, idOf(address));
    const refused = await ipc(["rm", address]);
    assert.equal(refused.code, 1);
    const sentence = `${address} is in use by shm-hold\\[${pid}\\]; --force removes it`;
    assert.match(refused.stderr, new RegExp(sentence));
    assert.equal((await ipc(["rm", "--force", address])).code, 0);
    assert.match((await ipc(["ls", "shm"])).stdout, new RegExp(`^${address} .*REMOVED$`, "m"));
  },
);

test("peek shows the bytes of a segment, from where it is told", settings, async (scene) => {
  const address = await made(scene, "shm", "--size", "100");
  const write = `shmwrite(${idOf(address)}, "from perl", 20, 9) or die $!; print "written"`;
  assert.equal(await ask("perl", ["-e", write]), "written");
  const { code, stdout } = await ipc(["peek", address, "--offset", "20", "--size", "9"]);
  assert.equal(code, 0);
  assert.match(stdout, /^0 +20 +9 +from perl$/m);
  const json = await ipc(["peek", address, "--offset", "25", "--size", "4", "--json"]);
  assert.deepEqual(JSON.parse(json.stdout), { offset: 25, encoding: "utf-8", data: "perl" });
  const outside = await ipc(["peek", address, "--offset", "100"]);
  assert.equal(outside.code, 2);
  assert.match(outside.stderr, /0 to 99/);
  const tooMuch = await ipc(["peek", address, "--size", "9007199254740993"]);
  assert.equal(tooMuch.code, 2);
  assert.match(tooMuch.stderr, /Wrong size: expected 0 to 268435456/);
});

test(
  "mk refuses what makes no sense, and what is no verb of a kind is said to be none",
  settings,
  async () => {
    const usage = 2;
    for (const words of [
      ["mk", "shm"],
      ["mk", "shm", "--size", "1", "--initial", "1"],
      ["mk", "sem", "--initial", "1,x"],
      ["send", "shm:0", "x"],
      ["recv", "sem:0"],
      ["rm", "sem:0/1"],
    ]) {
      const { code, stderr } = await ipc(words);
      assert.equal(code, usage, `${words.join(" ")}: ${stderr}`);
    }
  },
);

test("ls and show tell the values of a set and what each waiter needs", settings, async (scene) => {
  const address = await made(scene, "sem", "--initial", "1,0,5");
  const operations = [
    [0, -1],
    [1, -3],
  ] as const;
  const { pid } = await blockedOperator(scene, idOf(address), operations);
  const { stdout } = await ipc(["ls", "sem"]);
  const row = `^${address} +\\S+ +value 1 0 5 +1 operate\\(semaphore 1, at least 3\\) `;
  assert.match(stdout, new RegExp(row, "m"));
  const sheet = (await ipc(["show", address])).stdout;
  assert.match(sheet, new RegExp(`^  parts +${address}/0  value 1, `, "m"));
  assert.match(sheet, new RegExp(`^ +${address}/1  value 0, .*wait for increase 1, `, "m"));
  const need = "semaphore 1 to be at least 3, for 2 operations at once";
  assert.match(
    sheet,
    new RegExp(`^  related +sem-wait\\[${pid}\\] +waits to operate +${need}`, "m"),
  );
  const overview = (await ipc([])).stdout;
  assert.match(
    overview,
    new RegExp(`\nBlocked\n  ${address} +sem-wait\\[${pid}\\] +waits for ${need}`),
  );
});

test("who, show and why answer for one semaphore", settings, async (scene) => {
  const address = await made(scene, "sem", "--initial", "1,0", "--key", "0x1234abcf");
  const owner = await idleOperator(scene, idOf(address), [[0, -1]]);
  const waiter = await blockedOperator(scene, idOf(address), [[0, -1]]);
  const first = await ipc(["who", "sem:0x1234abcf/0"]);
  assert.equal(first.code, 0);
  assert.match(
    first.stdout,
    new RegExp(`^sem-wait\\[${waiter.pid}\\] +\\S+ +waits to operate `, "m"),
  );
  const last = `^sem-own\\[${owner.pid}\\] +\\S+ +last operator, by that pid +${address}/0$`;
  assert.match(first.stdout, new RegExp(last, "m"));
  const second = await ipc(["who", `${address}/1`]);
  assert.doesNotMatch(second.stdout, /sem-wait/);
  assert.match(second.stderr, /nobody holds it or waits on it/);
  const sheet = (await ipc(["show", `${address}/1`])).stdout;
  assert.match(sheet, new RegExp(`^${address}/1  System V semaphore set\n`));
  assert.match(sheet, new RegExp(`^  part +${address}/1  value 0, `, "m"));
  assert.equal((await ipc(["why", "--check", `${address}/0`])).code, 0);
  const text = (await ipc(["why", String(waiter.pid)])).stdout;
  assert.match(text, new RegExp(`sem-own \\(${owner.pid}\\) was the last operator of ${address};`));
  const missing = await ipc(["show", `${address}/2`]);
  assert.deepEqual([missing.code, missing.stderr], [1, `ipc: there is no ${address}/2\n`]);
});

test("rm of a set that somebody waits on says so first", settings, async (scene) => {
  const address = await made(scene, "sem", "--count", "2");
  const waiter = await blockedOperator(scene, idOf(address), [[1, -1]]);
  const refused = await ipc(["rm", address]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`${address} is in use by sem-wait\\[${waiter.pid}\\]`));
  assert.equal((await ipc(["rm", "-f", address])).code, 0);
  assert.notEqual((await waiter.ended()).code, 0);
  assert.equal((await ipc(["rm", address])).code, 1);
});

test(
  "limits shows what segments and semaphores use, and the way to raise each",
  settings,
  async (scene) => {
    await made(scene, "shm", "--size", "8192");
    await made(scene, "sem", "--count", "7");
    const shm = (await ipc(["limits", "shm"])).stdout;
    assert.match(
      shm,
      /^kernel\.shmmni +1 +\d+ +segments +\d+% .*sysctl -w kernel\.shmmni=NUMBER$/m,
    );
    assert.match(shm, /^kernel\.shmall +\d+ +\d+ +pages .*sysctl -w kernel\.shmall=PAGES$/m);
    assert.match(shm, /^kernel\.shmmax +\d+ +bytes .*sysctl -w kernel\.shmmax=BYTES$/m);
    const sem = (await ipc(["limits", "sem"])).stdout;
    assert.match(
      sem,
      /^kernel\.sem \(SEMMNS\) +7 +\d+ +semaphores .* kernel\.sem="\d+ NUMBER \d+ \d+"$/m,
    );
    const { limits } = parsed<{ limits: { name: string; limit: number | string }[] }>(
      await ipc(["limits", "shm", "--json"]),
    );
    const most = (await ask("cat", ["/proc/sys/kernel/shmmax"])).trim();
    assert.equal(String(limits.find(({ name }) => name === "kernel.shmmax")?.limit), most);
  },
);

test("ls and who as nobody own up to the attachments that they cannot see", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const address = await made(scene, "shm", "--size", "100");
  await holder(scene, idOf(address), { times: 2 });
  const { code, stdout, stderr } = await ipcAsNobody(["ls", "shm"]);
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^${address} +\\S+ +100B `, "m"));
  const said = "not seen: 2 attachments of 1 shared memory segment are counted by the kernel";
  assert.match(stderr, new RegExp(said));
  const who = await ipcAsNobody(["who", address]);
  assert.equal(who.code, 3);
  assert.match(who.stderr, /nobody holds it or waits on it, as far as can be seen/);
});

test("rm as an owner who cannot see the users does not take them for none", {
  needs: [...settings.needs, "setuid", "root"],
}, async (scene) => {
  const segment = await made(scene, "shm", "--size", "100");
  const set = await made(scene, "sem", "--count", "1");
  SysvSharedMemory.byId(idOf(segment)).set({ uid: 65534 });
  SysvSemaphoreSet.byId(idOf(set)).set({ uid: 65534 });
  await holder(scene, idOf(segment), { times: 2 });
  await blockedOperator(scene, idOf(set), [[0, -1]]);
  const held = await ipcAsNobody(["rm", segment]);
  assert.equal(held.code, 1);
  assert.match(held.stderr, /may be in use: its holders are not all known \(2 of 2 attachments/);
  const waited = await ipcAsNobody(["rm", set]);
  assert.equal(waited.code, 1);
  assert.match(waited.stderr, /may be in use: its waiters are not all known \(1 of 1 are not/);
  assert.equal((await ipcAsNobody(["rm", "--force", segment, set])).code, 0);
});

test("show in another PID namespace does not take a maker outside for a process 0", {
  needs: [...settings.needs, "root"],
}, async (scene) => {
  const address = await made(scene, "shm", "--size", "100");
  const inside = ["--pid", "--fork", "--kill-child", "--mount-proc"];
  const shown = await ask("unshare", [...inside, process.execPath, commandFile, "show", address]);
  assert.match(shown, /^ {2}creator pid +unknown: of another PID namespace$/m);
  assert.doesNotMatch(shown, /^ {2}creator pid +0$/m);
});
