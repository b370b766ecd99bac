/** The compatible programs as they are called: as verbs, by links of their names, in a shell. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SysvMessageQueue, SysvSemaphoreSet } from "linux-ipc";
import { commandFile } from "../cli/ipc.ts";
import { ask, type Outcome, runPeer } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { assertSame } from "./compared.ts";
import { richObjects } from "./objects.ts";
import { details, ipcs, listings, strange } from "./vectors.ts";

const timeoutMs = 180_000;
const needs = ["util-linux", "isolated", "setuid", "root"] as const;

/** A folder with ipcs, ipcmk and ipcrm, which are links to ours. */
function folderOfLinks(scene: TestScene): string {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-compatible-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  for (const name of ["ipcs", "ipcmk", "ipcrm"]) symlinkSync(commandFile, join(folder, name));
  return folder;
}

/** Runs a line of shell with the programs of this folder, or with the machine's. */
async function inShell(line: string, folder?: string): Promise<Outcome> {
  const path = [folder, dirname(process.execPath), process.env["PATH"]].filter(Boolean).join(":");
  return await runPeer("bash", ["-c", line], { env: { LC_ALL: "C", PATH: path } });
}

/** Byte for byte what the machine's own programs do with this line. */
async function assertSameLine(line: string, folder: string): Promise<void> {
  assert.deepEqual(await inShell(line, folder), await inShell(line), line);
}

/** More than stdio keeps back is written of this one. */
function makeSet(scene: TestScene): void {
  const set = SysvSemaphoreSet.open(0, { create: true, count: 300 });
  scene.after(() => {
    set.remove();
    set.close();
  });
}

function makeQueue(scene: TestScene): SysvMessageQueue {
  const queue = SysvMessageQueue.open(0x5a000001, { create: true, mode: 0o600 });
  scene.after(() => {
    queue.remove();
    queue.close();
  });
  queue.trySend(1, "x".repeat(3000));
  return queue;
}

/** Lines of bash. The last are about bytes that are no text, and about where output goes. */
const lines = String.raw`
ipcs
ipcs -q
ipcs -qt
ipcs --human -l
ipcs -lu
ipcs -q -i 0 ; ipcs -q -i 999
ipcs -Z
ipcs --s
ipcs -i x
ipcs -q -i
ipcs x -p
ipcs -s -i 999
ipcs -- -Z
ipcmk
ipcmk -p x -Q
ipcmk -M 0
ipcmk -S 0
ipcrm -q 999
ipcrm msg x
ipcrm shm
ipcrm -Q 0
ipcrm -v -q 999
ipcrm --all=x
ipcrm x
ipcrm -Q ''
POSIXLY_CORRECT= ipcs x -Z
POSIXLY_CORRECT=1 ipcs -q x -t
TZ=Asia/Kolkata ipcs -qt
TZ=EST5EDT ipcs -qt
TZ= ipcs -q -i 0
exec -a ipcs ipcs -q
ipcs -$'\xff'
ipcs --$'\xfe'=é
ipcs -i $'\xff\xc3'
ipcrm -M é$'\xe9'
ipcs -é
ipcs > /dev/full
ipcs -Z > /dev/full
ipcs -q -i 999 > /dev/full
ipcs -s -i 0 > /dev/full
ipcs >&-
ipcs 2>&-
ipcs -Z 2>&-
ipcrm -vq 999 -q 998 2>&1
ipcrm -v $(seq -f '-q %g' 1000 1299) 2>&1
script -qec 'ipcrm -vq 999 -q 998; ipcs -q' /dev/null < /dev/null
f=$(mktemp -u); mkfifo $f; exec 3<>$f 4>$f 3<&-; rm $f; ipcs >&4; echo $?
`
  .trim()
  .split("\n");

test("ipcs, ipcmk and ipcrm by their names do in a shell what the machine's do", {
  needs,
  timeoutMs,
}, async (scene) => {
  const folder = folderOfLinks(scene);
  makeQueue(scene);
  makeSet(scene);
  for (const line of lines) await assertSameLine(line, folder);
});

test("ipcs of a negative id of a set dies of a signal, as the machine's", {
  needs,
  timeoutMs,
}, async (scene) => {
  const folder = folderOfLinks(scene);
  const line = "ulimit -c 0; ipcmk -S 1 > /dev/null; ipcs -s -i -1; echo $?; ipcrm -asem";
  const [own, original] = [await inShell(line, folder), await inShell(line)];
  assert.deepEqual([own.stdout, original.stdout], ["139\n", "139\n"]);
});

test("ipc ipcs is ipcs", { needs, timeoutMs }, async (scene) => {
  makeQueue(scene);
  for (const words of [["-q"], ["-q", "-i", "0"], ["-Z"], ["--json"], ["-i", "1"]]) {
    const env = { LC_ALL: "C" };
    const own = await runPeer(process.execPath, [commandFile, "ipcs", ...words], { env });
    assert.deepEqual(own, await runPeer("ipcs", words, { env }), words.join(" "));
  }
});

test("ipcmk makes what ipcs shows and ipcrm removes", { needs: ["isolated"] }, async (scene) => {
  const folder = folderOfLinks(scene);
  const line = "ipcmk -Q -M 4K -S 3 -p 640 && ipcs -c && ipcrm -va; ipcs";
  const { code, stdout, stderr } = await inShell(line, folder);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^Shared memory id: \d+\nMessage queue id: \d+\nSemaphore id: \d+\n/);
  assert.equal(stdout.match(/ 640 {8}root {7}root {7}root {7}root {6}\n/g)?.length, 3);
  assert.equal(stdout.match(/^removing /gm)?.length, 3);
});

test("ipcs, ipcmk and ipcrm run no program of the system's", {
  needs: ["strace", "isolated", "unsanitized"],
}, async (scene) => {
  const folder = folderOfLinks(scene);
  const file = join(folder, "trace");
  for (const words of [["ipcmk", "-Q"], ["ipcs"], ["ipcs", "-q", "-i", "0"], ["ipcrm", "-va"]]) {
    const strace = ["-f", "-o", file, "-e", "trace=execve,execveat"];
    await ask("strace", [...strace, process.execPath, commandFile, ...words]);
    const started = readFileSync(file, "utf8").match(/ execve(at)?\(/g);
    // The one is Node, which strace started.
    assert.equal(started?.length, 1, words.join(" "));
  }
});

test("help and version of each have words of their own and end with 0", {
  needs: ["isolated"],
}, async (scene) => {
  const folder = folderOfLinks(scene);
  for (const name of ["ipcs", "ipcmk", "ipcrm"]) {
    const help = await inShell(`${name} --help`, folder);
    assert.deepEqual([help.code, help.stderr], [0, ""]);
    assert.match(help.stdout, new RegExp(`^Usage: ${name} `));
    assert.equal((await inShell(`${name} -h`, folder)).stdout, help.stdout);
    const version = await inShell(`${name} -V`, folder);
    assert.match(version.stdout, new RegExp(`^${name} of linux-ipc \\d+\\.\\d+\\.\\d+\n$`));
    assert.equal(
      (await runPeer(process.execPath, [commandFile, "help", name])).stdout,
      help.stdout,
    );
  }
});

/** A machine's names as no administrator would leave them. */
const passwd = `
# comment:x:33:33::/:/bin/sh
root:x:0:0:root:/root:/bin/bash
toor:x:0:0::/:/bin/sh
a-name-longer-than-a-column:x:33:33::/:/bin/sh
n\xe4chster:x:54321:1::/:/bin/sh
+::::::
broken
nobody:x:65534:65534::/:/bin/sh
`;

const mounted = (mount: string) =>
  ["unshare", "--mount", "sh", "-c", `${mount} && exec "$@"`, "sh"] as const;

test("ipcs has the machine's names of users and groups", { needs, timeoutMs }, async (scene) => {
  const folder = folderOfLinks(scene);
  await richObjects(scene);
  for (const [file, text] of Object.entries({ passwd, group: passwd })) {
    writeFileSync(join(folder, file), text, "latin1");
  }
  const bind = (name: string): string => `mount --bind ${join(folder, name)} /etc/${name}`;
  const steps = listings().filter((_, index) => index % 10 === 0);
  await assertSame(steps, mounted(`${bind("passwd")} && ${bind("group")}`));
});

test("ipcs without /proc/sysvipc sees what its user may read, as the machine's", {
  needs,
  timeoutMs,
}, async (scene) => {
  // The room's numbers are no longer exact beyond 2^53: an even one is.
  await richObjects(scene, 2n ** 62n);
  const steps = [...listings().filter((_, index) => index % 10 === 0), ...details([0, 1, 2, 3, 4])];
  const hidden = mounted("mount -t tmpfs tmpfs /proc/sysvipc");
  await assertSame(steps, hidden);
  const withoutSysctls = mounted("mount -t tmpfs tmpfs /proc/sys");
  await assertSame([ipcs("-l"), ipcs("-lb"), ipcs("-l", "--human")], withoutSysctls);
  const nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
  await assertSame([...steps, ...strange], [...hidden, ...nobody]);
});
