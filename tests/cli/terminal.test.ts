/** Width, colours, hostile names, and readers that leave. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ask } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { commandFile, ipc } from "./ipc.ts";
import { blockedReceiver, foreignQueue } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated"] } as const;
const ESC = "\u001b";

/** Runs `ipc` on a terminal of its own, so many columns wide. */
async function onTerminal(words: string, columns: number, settingsBefore = ""): Promise<string> {
  const command = `stty cols ${columns}; ${settingsBefore} ${process.execPath} ${commandFile} ${words}`;
  const env = { TERM: "xterm", NO_COLOR: "" };
  return ask("script", ["--quiet", "--command", `${command} 2>/dev/null`, "/dev/null"], { env });
}

test("ls has colours on a terminal, and none with NO_COLOR or into a pipe", settings, async (s) => {
  await foreignQueue(s);
  assert.ok((await onTerminal("ls", 100)).includes(`${ESC}[`));
  const plain = await onTerminal("ls", 100, "NO_COLOR=1");
  assert.match(plain, /^ADDRESS/);
  assert.ok(!plain.includes(ESC));
  assert.ok(!(await ipc(["ls"], { env: { FORCE_COLOR: "1", CI: "true" } })).stdout.includes(ESC));
});

test("ls fits a terminal of any width, and COLUMNS limits a pipe", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await blockedReceiver(scene, id, { name: "a-name-too-long-for-most-screens" });
  for (const columns of [120, 80, 60, 40, 20]) {
    const lines = (await onTerminal("ls", columns, "NO_COLOR=1")).trimEnd().split(/\r?\n/);
    assert.ok(lines.length >= 2);
    for (const line of lines) assert.ok(line.length <= columns, `${columns}: ${line}`);
    assert.ok(lines.some((line) => line.startsWith(`msg:${id}`)));
  }
  const piped = (await ipc(["ls"], { env: { COLUMNS: "40" } })).stdout.split("\n");
  assert.ok(piped.every((line) => line.length <= 40));
  assert.ok(Math.max(...(await ipc(["ls"])).stdout.split("\n").map(({ length }) => length)) > 80);
});

test("recv ends a message with a newline on a terminal only", settings, async (scene) => {
  const id = await foreignQueue(scene);
  for (let count = 0; count < 2; count++) await ipc(["send", `msg:${id}`, "text"]);
  assert.equal(await onTerminal(`recv msg:${id}`, 80), "text\r");
  assert.equal((await ipc(["recv", `msg:${id}`])).stdout, "text");
});

test("the data that recv writes cannot write to the terminal", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const data = `${ESC}]0;title\u0007\u009b2J\n\tend`;
  for (let count = 0; count < 4; count++) await ipc(["send", `msg:${id}`, data]);
  const shown = await onTerminal(`recv msg:${id}`, 80);
  assert.equal(shown.replaceAll("\r", ""), "\\x1b]0;title\\x07\\x9b2J\n\tend");
  const json = (await onTerminal(`recv --json msg:${id}`, 80)).replace("\r", "");
  assert.doesNotMatch(json, /[\p{Cc}\p{Cf}]/u);
  assert.equal((JSON.parse(json) as { data: string }).data, data);
  assert.equal((await ipc(["recv", `msg:${id}`])).stdout, data);
  await ipc(["recv", `msg:${id}`]);
  await ipc(["send", `msg:${id}`], { input: Buffer.from([0x9b, 0x33, 0x31, 0x6d]) });
  assert.equal(await onTerminal(`recv msg:${id}`, 80), "0x9b33316d\r");
});

test("a process's name cannot write to the terminal", settings, async (scene) => {
  const id = await foreignQueue(scene);
  const { pid } = await blockedReceiver(scene, id, { name: `${ESC}[31mev\nil\u202e` });
  for (const words of [
    ["ls"],
    ["who", `msg:${id}`],
    ["show", `msg:${id}`],
    ["show", `pid:${pid}`],
  ]) {
    const { code, stdout } = await ipc(words);
    assert.equal(code, 0);
    assert.match(stdout, /\\x1b\[31mev\\nil/);
    assert.doesNotMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}]/u);
  }
  for (const words of [[], ["why", String(pid)]]) {
    const { stdout } = await ipc(words);
    assert.ok(!stdout.includes(ESC) && !stdout.includes("\u202e"));
  }
});

test("the data that peek shows cannot write to the terminal", settings, async (scene) => {
  const id = await foreignQueue(scene);
  await ipc(["send", `msg:${id}`, `${ESC}]0;title\u0007`]);
  const { stdout } = await ipc(["peek", `msg:${id}`]);
  assert.ok(!stdout.includes(ESC));
  assert.match(stdout, /\\x1b\]0;title\\x07/);
});

test("ls ends quietly when its reader goes away", settings, async () => {
  const child = spawn(process.execPath, [commandFile, "ls", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  child.stdout.destroy();
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0);
  assert.equal(complaint.replace(/^ipc: not seen: .*\n/gm, ""), "");
});

test("ls exits 4 when its output cannot be written", { needs: ["util-linux"] }, async () => {
  const command = `${process.execPath} ${commandFile} help > /dev/full; echo $?`;
  assert.equal(await ask("sh", ["-c", `${command} 2>/dev/null`]), "4");
});

test("mk says what it has made when its output cannot be written", {
  needs: ["isolated"],
}, async () => {
  const command = `${process.execPath} ${commandFile} mk sem --count 1 2>&1 > /dev/full; echo $?`;
  const said = await ask("sh", ["-c", command]);
  const [, id = ""] = /^ipc: sem:(\d+) was made, but: ENOSPC.*\n4$/.exec(said) ?? [];
  await ask("ipcrm", ["-s", id]);
});

test("a complaint that cannot be written does not change the exit status", async () => {
  const command = `${process.execPath} ${commandFile} why sem:-1 2>/dev/full; echo $?`;
  assert.equal(await ask("sh", ["-c", command]), "2");
});
