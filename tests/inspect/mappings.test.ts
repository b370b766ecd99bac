/** Shows that the walk finds every shared mapping of a process, and nothing but those. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { WALK_DESCRIPTORS, WALK_MAPPINGS } from "../../src/sys/walk.ts";
import { encodeMaps } from "../../src/wire/proc/maps.ts";
import type { Process } from "../../src/wire/proc/process-table.ts";
import { textOf } from "../../src/wire/proc/text.ts";
import { python } from "../harness/needs.ts";
import { type Peer, startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { look, walk } from "./look.ts";

/** Maps as many pages as told, private and shared ones in turn, then waits to be told more. */
const mapper = `
import mmap, sys
private, shared = int(sys.argv[1]), int(sys.argv[2])
rights = [mmap.PROT_READ, mmap.PROT_READ | mmap.PROT_WRITE]
kept = [mmap.mmap(-1, 4096, mmap.MAP_SHARED | mmap.MAP_ANONYMOUS, rights[i % 2]) for i in range(shared)]
# Alternate rights keep the kernel from joining neighbours to one mapping.
kept += [mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, rights[i % 2]) for i in range(private)]
print("ready", flush=True)
sys.stdin.readline()
`;

async function mapping(privatePages: number, sharedPages: number): Promise<Peer> {
  const counts = [String(privatePages), String(sharedPages)];
  const peer = await startPeer(python, ["-c", mapper, ...counts]);
  assert.equal(await peer.line(), "ready");
  return peer;
}

function mappingsOf(pid: number): Process {
  const process = look(WALK_MAPPINGS).processes.get(pid);
  assert.ok(process);
  return process;
}

/** What the kernel says, without the lines of private mappings. */
function sharedLines(pid: number): string {
  const lines = readFileSync(`/proc/${pid}/maps`, "utf8").split("\n");
  return lines
    .filter((line) => line.split(" ")[1]?.endsWith("s"))
    .map((line) => `${line}\n`)
    .join("");
}

test("walk() finds each shared mapping of a peer as maps shows it", {
  needs: ["python"],
}, async () => {
  await using peer = await mapping(3, 5);
  const { mappings = [], failures } = mappingsOf(peer.pid);
  assert.deepEqual(failures, []);
  assert.equal(textOf(encodeMaps(mappings)), sharedLines(peer.pid));
  const anonymous = mappings.filter(({ path }) => path === "/dev/zero (deleted)");
  assert.deepEqual(anonymous.map(({ write }) => write).sort(), [false, false, false, true, true]);
});

test("walk() reads thousands of private mappings and keeps none of them", {
  needs: ["python"],
}, async () => {
  const before = walk(WALK_MAPPINGS).length;
  await using peer = await mapping(20_000, 300);
  const { mappings = [] } = mappingsOf(peer.pid);
  assert.equal(textOf(encodeMaps(mappings)), sharedLines(peer.pid));
  assert.ok(mappings.length >= 300);
  const lines = readFileSync(`/proc/${peer.pid}/maps`).length;
  const grown = walk(WALK_MAPPINGS).length - before;
  assert.ok(lines > 1_000_000 && grown < 60_000, `${lines} bytes of maps became ${grown}`);
});

test("walk() stops at a mebibyte of shared mappings, and says so", {
  needs: ["python"],
}, async () => {
  await using peer = await mapping(0, 13_000);
  const { mappings = [], failures } = mappingsOf(peer.pid);
  const text = textOf(encodeMaps(mappings));
  assert.ok(text.length <= 2 ** 20 && text.length > 2 ** 20 - 200);
  assert.ok(sharedLines(peer.pid).startsWith(text));
  assert.deepEqual(failures, [{ what: "maps", errno: -7 }]);
});

test("walk() leaves the mappings unknown when they are not asked for", () => {
  const { mappings, failures } = look(WALK_DESCRIPTORS).processes.get(process.pid) as Process;
  assert.equal(mappings, undefined);
  assert.deepEqual(failures, []);
});
