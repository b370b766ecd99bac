/** ftok() makes the keys that C, perl and python make of the same files. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ftok } from "linux-ipc/message-queue";
import { python } from "../harness/needs.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { compiled } from "./compiled.ts";

/** The high bit of a project id is the sign bit of the key: 0x80 and beyond are where it shows. */
const projectIds = [1, 65, 0x7f, 0x80, 0xa5, 0xff, 0x141];

/** Files of several file systems: the disk's, /proc, /dev, and one just made. */
function pairs(scene: TestScene): [path: string, projectId: number][] {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-ftok-"));
  scene.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "a name with spaces and ü");
  writeFileSync(file, "");
  const paths = ["/etc/passwd", "/", "/proc/version", "/dev/null", folder, file, process.execPath];
  return paths.flatMap((path) => projectIds.map((id): [string, number] => [path, id]));
}

function ours(wanted: readonly [string, number][]): string {
  const keys = wanted.map(([path, id]) => ftok(path, id));
  return keys.map((key) => `0x${key.toString(16).padStart(8, "0")}`).join("\n");
}

test("ftok() makes the keys of the C library", { needs: ["gcc"] }, async (scene) => {
  const wanted = pairs(scene);
  const program = await compiled(scene, "ftok");
  assert.equal(ours(wanted), await ask(program, wanted.flat().map(String)));
});

test("ftok() makes the keys of perl", { needs: ["perl"] }, async (scene) => {
  const wanted = pairs(scene);
  const script = `use IPC::SysV "ftok";
    while (my ($path, $id) = splice @ARGV, 0, 2) { printf "0x%08x\\n", ftok($path, 0+$id) & 0xffffffff }`;
  assert.equal(ours(wanted), await ask("perl", ["-e", script, ...wanted.flat().map(String)]));
});

test("ftok() makes the keys of python3-sysv-ipc", { needs: ["sysv_ipc"] }, async (scene) => {
  const wanted = pairs(scene);
  const script = `import sys, sysv_ipc
for path, number in zip(sys.argv[1::2], sys.argv[2::2]):
    print("0x%08x" % (sysv_ipc.ftok(path, int(number), silence_warning=True) & 0xffffffff))`;
  assert.equal(ours(wanted), await ask(python, ["-c", script, ...wanted.flat().map(String)]));
});

test("ftok() of a Buffer is ftok() of the same path", () => {
  assert.equal(ftok(Buffer.from("/etc/passwd"), 1), ftok("/etc/passwd", 1));
});
