/** ftok() makes the keys that C, perl and python make of the same files. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ftok } from "linux-ipc/message-queue";
import { compiled } from "../harness/compiled.ts";
import { python } from "../harness/needs.ts";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";

/**
 * The high bit of a project id is the sign bit of the key: 0x80 and beyond are where it shows. Only
 * the low 8 bits count, and they may be zero: ftok(3) leaves that open, the C library takes it.
 */
const projectIds = [1, 65, 0x7f, 0x80, 0xa5, 0xff, 0x141, 0, 0x100, -256, -1, 2 ** 31 - 1];

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
  const program = await compiled(scene, "tests/message-queue/peers/ftok.c");
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

test("ftok() takes a project whose low 8 bits are zero, with the key's high byte zero", () => {
  const low = ftok("/etc/passwd", 0);
  assert.equal(low >>> 24, 0);
  for (const projectId of [0x100, -256]) assert.equal(ftok("/etc/passwd", projectId), low);
});

test("ftok() refuses a project that is no number, a letter as C has it included", () => {
  const loose = ftok as (path: string, projectId: unknown) => number;
  const wrongType = { name: "TypeError", code: "ERR_INVALID_ARG_TYPE" };
  for (const projectId of ["A", "1", "", null, undefined, 1n, {}]) {
    assert.throws(() => loose("/etc/passwd", projectId), wrongType);
  }
  for (const projectId of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => loose("/etc/passwd", projectId), { code: "ERR_OUT_OF_RANGE" });
  }
});
