/** A file that is cut short beneath its memory. */
import assert from "node:assert/strict";
import { randomFill } from "node:crypto";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import type { MappedMemory } from "linux-ipc/shared-memory";
import { startPeer } from "../../harness/peer.ts";
import { scaled } from "../../harness/scale.ts";
import { randomOf } from "../../harness/seed.ts";
import { MappedFile } from "../mapped-file.ts";
import { reads, trusting, writes } from "../uses.ts";

const page = 4096;

/** What every later question answers, once the damage is done. */
function assertTruncated(memory: MappedMemory): void {
  assert.equal(memory.damage, "truncated");
  const refused = { code: "EFAULT", hint: /taken away/ };
  assert.throws(() => memory.read(0, 1), { ...refused, syscall: "read" });
  assert.throws(() => memory.write(0, "x"), { ...refused, syscall: "write" });
  assert.throws(() => memory.read(memory.sizeBytes - 1, 1), refused);
}

/** Every way of reading and writing, each on memory of its own. */
function everyUse(): void {
  for (const [name, use] of [...Object.entries(reads), ...Object.entries(writes)]) {
    using file = new MappedFile(4 * page);
    using memory = file.map();
    file.truncate(0);
    use(memory);
    assert.equal(memory.damage, "truncated", name);
    assertTruncated(memory);
  }
}

/** Checked copies tell at once what reading through a view only tells when asked. */
function checkedCopies(): void {
  using file = new MappedFile(4 * page);
  using one = file.map();
  using two = file.map();
  file.truncate(page);
  one.write(0, "whole");
  assert.equal(one.read(0, 5).toString(), "whole");
  assert.equal(one.damage, undefined);
  assert.throws(() => one.read(3 * page, 1), { code: "EFAULT", syscall: "read" });
  assert.throws(() => two.write(2 * page, "x"), { code: "EFAULT", syscall: "write" });
  assert.equal(two.bytes.toString("utf8", 0, 5), "whole");
  assertTruncated(one);
  assertTruncated(two);
}

/** The kernel refuses what it copies itself, and Node tells of it as of any bad address. */
function systemCalls(): void {
  using file = new MappedFile(4 * page);
  using memory = file.map();
  const bytes = memory.bytes;
  file.truncate(0);
  const null_ = openSync("/dev/zero", "r");
  const full = openSync(file.path, "r+");
  assert.throws(() => readSync(null_, bytes), { code: "EFAULT" });
  assert.throws(() => writeSync(full, bytes), { code: "EFAULT" });
  closeSync(null_);
  closeSync(full);
  assert.equal(memory.damage, undefined);
}

/** Node's own threads touch it too. */
async function threadsOfNode(): Promise<void> {
  using file = new MappedFile(512 * page);
  using one = file.map();
  using two = file.map();
  file.truncate(page);
  const [deflated] = await Promise.all([
    promisify(deflate)(one.bytes),
    promisify<Buffer, unknown>(randomFill)(two.bytes),
  ]);
  assert.ok(deflated.length > 0);
  assertTruncated(one);
  assertTruncated(two);
}

/** More holes than a process may have mappings (vm.max_map_count). */
function moreHolesThanMappings(): void {
  const sizeBytes = 640 * 2 ** 20;
  using file = new MappedFile(sizeBytes);
  using memory = file.map();
  const bytes = memory.bytes;
  bytes[0] = 7;
  file.truncate(page);
  let sum = 0;
  for (let at = 0; at < sizeBytes; at += 2 * page) sum += bytes[at] ?? 0;
  assert.equal(sum, 7);
  for (let at = page; at < sizeBytes; at += 2 * page) bytes[at] = 1;
  assertTruncated(memory);
}

/** The file is as long as ever again: what was replaced stays ours, and the memory stays damaged. */
function grownAgain(): void {
  using file = new MappedFile(4 * page);
  using memory = file.map();
  using other = file.map();
  file.truncate(0);
  memory.bytes.fill(1);
  file.grow();
  assert.equal(other.read(0, 1)[0], 0);
  other.write(0, "new");
  assert.equal(memory.bytes[0], 1);
  assertTruncated(memory);
}

const uses = [...Object.entries(reads), ...Object.entries(writes)]
  .filter(([name]) => !trusting.includes(name))
  .map(([, use]) => use);

/** A peer cuts the file at random places, while we use it in random ways. */
async function peerThatCuts(): Promise<void> {
  const random = randomOf(7);
  const sizeBytes = 16 * page;
  using file = new MappedFile(sizeBytes);
  const script = '$| = 1; while (<STDIN>) { truncate($ARGV[0], $_) or die $!; print "cut\\n" }';
  await using peer = await startPeer("perl", ["-e", script, file.path]);
  for (let round = scaled(10_000); round > 0; round--) {
    file.grow();
    using memory = file.map();
    const bytes = memory.bytes;
    const length = random.integer(0, sizeBytes - page);
    peer.say(String(length));
    const cut = peer.line();
    while (memory.damage === undefined) {
      for (let use = 0; use < 8; use++) random.pick(uses)(memory);
      copyUnlessRefused(memory);
      bytes[random.integer(0, sizeBytes - 1)] = 1;
      if (memory.damage === undefined) await new Promise(setImmediate);
    }
    assertTruncated(memory);
    assert.equal(await cut, "cut");
  }
}

function copyUnlessRefused(memory: MappedMemory): void {
  try {
    memory.write(0, memory.read(memory.sizeBytes - 100, 100));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EFAULT");
  }
}

export const truncated: Readonly<Record<string, () => unknown>> = {
  "truncated: every use": everyUse,
  "truncated: checked copies": checkedCopies,
  "truncated: system calls": systemCalls,
  "truncated: threads of Node": threadsOfNode,
  "truncated: more holes than mappings": moreHolesThanMappings,
  "truncated: grown again": grownAgain,
  "truncated: a peer that cuts": peerThatCuts,
};
