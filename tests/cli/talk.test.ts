/** mk, send, recv, peek and rm against queues that util-linux and perl also handle. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blocked } from "../harness/blocked.ts";
import { ask } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { ipc, parsed, startIpc } from "./ipc.ts";
import { blockedReceiver, foreignQueue, perlSend } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;

function idOf(address: string): string {
  return address.trim().replace("msg:", "");
}

test(
  "mk prints the address of a queue that ipcs then shows as ordered",
  settings,
  async (scene) => {
    const words = ["mk", "msg", "--key", "0x1234", "--mode", "640", "--max-bytes", "4096"];
    const { code, stdout } = await ipc(words);
    scene.after(() => ask("ipcrm", ["-q", idOf(stdout)]));
    assert.equal(code, 0);
    assert.match(stdout, /^msg:\d+\n$/);
    const shown = await ask("ipcs", ["-q", "-i", idOf(stdout)], { env: { LC_ALL: "C" } });
    assert.match(shown, /mode=0640/);
    assert.match(shown, /qbytes=4096/);
    const again = await ipc(["mk", "msg", "--key", "0x1234"]);
    assert.equal(again.code, 4);
    assert.match(again.stderr, /^ipc: cannot make msg: EEXIST.*\n$/);
  },
);

test("mk --json prints the address in the schema", settings, async (scene) => {
  const outcome = await ipc(["mk", "msg", "--json"]);
  const { address } = parsed<{ address: string }>(outcome);
  scene.after(() => ask("ipcrm", ["-q", idOf(address)]));
  assert.match(address, /^msg:\d+$/);
});

test("send takes its data from an operand, a file and standard input", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const folder = mkdtempSync(join(tmpdir(), "ipc-cli-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "data"), "from a file");
  const address = `msg:${id}`;
  assert.equal((await ipc(["send", address, "--type", "7", "operand"])).code, 0);
  assert.equal((await ipc(["send", address, "--file", join(folder, "data")])).code, 0);
  assert.equal((await ipc(["send", address, "-"], { input: "from -" })).code, 0);
  assert.equal((await ipc(["send", address], { input: "from stdin" })).code, 0);
  const program = `msgrcv(${id}, $b, 99, 0, 0); print join " ", unpack "l! a*", $b;`;
  const taken: string[] = [];
  for (let count = 0; count < 4; count++) taken.push(await ask("perl", ["-e", program]));
  assert.deepEqual(taken, ["7 operand", "1 from a file", "1 from -", "1 from stdin"]);
});

test(
  "send exits 1 on a full queue with --no-wait, and when --timeout ends",
  settings,
  async (s) => {
    const address = `msg:${await foreignQueue(s)}`;
    const input = Buffer.alloc(8192);
    for (let count = 0; count < 2; count++) await ipc(["send", address], { input });
    const now = await ipc(["send", address, "--no-wait"], { input });
    assert.deepEqual([now.code, now.stdout], [1, ""]);
    assert.equal(now.stderr, `ipc: ${address} has no room for the message now\n`);
    const late = await ipc(["send", address, "--timeout", "30"], { input });
    assert.equal(late.code, 1);
    assert.match(late.stderr, /the time is up\n$/);
  },
);

test("recv writes the bytes and nothing else, chosen by --type", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await perlSend(id, 9, "nine");
  await perlSend(id, 3, "three\n");
  await perlSend(id, 7, "seven");
  const lowest = await ipc(["recv", `msg:${id}`, "--type", "-8"]);
  assert.deepEqual([lowest.code, lowest.stdout, lowest.stderr], [0, "three\n", ""]);
  assert.equal((await ipc(["recv", "--type=7", `msg:${id}`])).stdout, "seven");
  assert.equal((await ipc(["recv", `msg:${id}`])).stdout, "nine");
  const nothing = await ipc(["recv", `msg:${id}`, "--no-wait"]);
  assert.deepEqual([nothing.code, nothing.stdout], [1, ""]);
  assert.equal((await ipc(["recv", `msg:${id}`, "--timeout", "30"])).code, 1);
});

test("recv --json gives text as text and other bytes as base64", settings, async (scene) => {
  const address = `msg:${await foreignQueue(scene)}`;
  await ipc(["send", address, "--type", "9007199254740993", "grüß"]);
  await ipc(["send", address], { input: Buffer.from([0xff, 0]) });
  const { stdout } = await ipc(["recv", address, "--count", "2", "--json"]);
  const [first, second] = stdout.trim().split("\n");
  assert.deepEqual(JSON.parse(first ?? ""), {
    type: "9007199254740993",
    encoding: "utf-8",
    data: "grüß",
  });
  assert.deepEqual(JSON.parse(second ?? ""), { type: 1, encoding: "base64", data: "/wA=" });
});

test("recv --follow --no-wait drains; --count that is not reached exits 1", settings, async (s) => {
  const id = await foreignQueue(s);
  for (const text of ["a", "b", "c"]) await perlSend(id, 1, text);
  const drained = await ipc(["recv", `msg:${id}`, "--follow", "--no-wait"]);
  assert.deepEqual([drained.code, drained.stdout, drained.stderr], [0, "abc", ""]);
  await perlSend(id, 1, "d");
  const short = await ipc(["recv", `msg:${id}`, "--count", "2", "--no-wait"]);
  assert.deepEqual([short.code, short.stdout], [1, "d"]);
});

test("recv exits 130 on Ctrl-C while it waits, and takes nothing more", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await perlSend(id, 1, "before");
  await using peer = await startIpc(["recv", `msg:${id}`, "--follow"]);
  await blocked(peer.pid, "msgrcv", id);
  peer.kill("SIGINT");
  const { code, stdout, stderr } = await peer.ended();
  assert.deepEqual([code, stdout, stderr], [130, "before", ""]);
  await perlSend(id, 1, "after");
  assert.equal((await ipc(["recv", `msg:${id}`])).stdout, "after");
});

test("recv loses no message to a Ctrl-C in the middle of a stream", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const count = 20_000;
  const flood = `for (1..${count}) { msgsnd(${id}, pack("l! a*", 1, "$_ "), 0) or die }`;
  const sender = ask("perl", ["-e", flood]);
  await using peer = await startIpc(["recv", `msg:${id}`, "--follow", "--json"]);
  await peer.line();
  peer.kill("SIGINT");
  const first = (await peer.ended()).stdout.trimEnd().split("\n");
  const numbers = first.map((line) => Number((JSON.parse(line) as { data: string }).data));
  assert.ok(numbers.length < count, "the interruption came too late to show anything");
  const others = ipc(["recv", `msg:${id}`, "--count", String(count - numbers.length)]);
  await sender;
  numbers.push(...(await others).stdout.trim().split(" ").map(Number));
  assert.deepEqual(
    numbers,
    Array.from({ length: count }, (_, index) => index + 1),
  );
});

test("recv ends with 1 when the object is removed while it waits", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await using peer = await startIpc(["recv", `msg:${id}`]);
  await blocked(peer.pid, "msgrcv", id);
  await ask("ipcrm", ["-q", String(id)]);
  const { code, stderr } = await peer.ended();
  assert.deepEqual([code, stderr], [1, `ipc: msg:${id} was removed meanwhile\n`]);
});

test("peek shows messages and leaves them there", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await perlSend(id, 7, "one\n");
  await perlSend(id, 8, "two");
  const human = await ipc(["peek", `msg:${id}`]);
  assert.equal(human.code, 0);
  assert.match(human.stdout, /^#\s+TYPE\s+BYTES\s+DATA\n0\s+7\s+4\s+one\\n\n1\s+8\s+3\s+two\n$/);
  const first = await ipc(["peek", `msg:${id}`, "-n", "1", "--json"]);
  assert.deepEqual(JSON.parse(first.stdout), { type: 7, encoding: "utf-8", data: "one\n" });
  assert.equal((await ipc(["recv", `msg:${id}`, "-n", "2"])).stdout, "one\ntwo");
  assert.equal((await ipc(["peek", `msg:${id}`])).code, 1);
});

test("rm removes by id and by key, and goes on after what is missing", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await ipc(["mk", "msg", "--key", "0x77"]);
  const { code, stdout, stderr } = await ipc(["rm", "msg:99999", `msg:${id}`, "msg:0x77"]);
  assert.deepEqual([code, stdout, stderr], [1, "", "ipc: there is no msg:99999\n"]);
  assert.equal((await ipc(["ls", "msg"])).stdout, "");
});

test("rm refuses what somebody waits on, unless --force is given", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const waiter = await blockedReceiver(scene, id);
  const refused = await ipc(["rm", `msg:${id}`]);
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, new RegExp(`in use by msg-recv\\[${waiter.pid}\\]; --force`));
  assert.equal((await ipc(["rm", "--force", `msg:${id}`])).code, 0);
  await waiter.ended();
});

test("every verb that acts exits 1 on an object that does not exist", settings, async () => {
  for (const words of [
    ["send", "msg:99999", "x"],
    ["recv", "msg:0x5a5a5a"],
    ["peek", "msg:9999"],
  ]) {
    const { code, stderr } = await ipc(words);
    assert.deepEqual([code, stderr], [1, `ipc: there is no ${printedForm(words[1] ?? "")}\n`]);
  }
});

/** A key is printed with eight digits. */
function printedForm(address: string): string {
  return address.replace(/0x([\da-f]+)$/, (_, digits: string) => `0x${digits.padStart(8, "0")}`);
}

test("send exits 4 and says which limit when the message is too long", settings, async (scene) => {
  const address = `msg:${await foreignQueue(scene)}`;
  const { code, stderr } = await ipc(["send", address], { input: Buffer.alloc(9000) });
  assert.equal(code, 4);
  assert.match(stderr, /^ipc: cannot send to msg:\d+: .*kernel\.msgmax.*\n$/);
});

test("options stand before the verb with their values", settings, async (scene) => {
  const address = `msg:${await foreignQueue(scene)}`;
  assert.equal((await ipc(["--type", "7", "send", address, "seven"])).code, 0);
  assert.equal((await ipc(["--type", "8", "--no-wait", "send", address, "eight"])).code, 0);
  assert.equal((await ipc(["--type", "8", "recv", address])).stdout, "eight");
  assert.equal((await ipc(["--no-wait", "--type=7", "recv", address])).stdout, "seven");
});
