/** Memory that is used in a way that is not allowed. */
import assert from "node:assert/strict";
import {
  type MappedMemory,
  type MemoryAdvice,
  type Protection,
  SysvSharedMemory,
} from "linux-ipc/shared-memory";
import { reads, writes } from "../uses.ts";

const page = 4096;

/** A segment of its own, removed as soon as it is attached, in which everything is 5. */
function attachedTwice(readOnly: boolean): { one: MappedMemory; other: MappedMemory } {
  const segment = SysvSharedMemory.open(0, { sizeBytes: 4 * page });
  const other = segment.attach();
  other.bytes.fill(5);
  const one = segment.attach({ readOnly });
  segment.remove();
  return { one, other };
}

function assertForbidden(memory: MappedMemory): void {
  assert.equal(memory.damage, "forbidden-access");
  const refused = { code: "EACCES", hint: /not allowed/ };
  assert.throws(() => memory.read(0, 1), { ...refused, syscall: "read" });
}

/** What is written is seen by nobody else; what was there is still seen. */
function writtenThoughReadOnly(): void {
  for (const [name, use] of Object.entries(writes)) {
    const { one, other } = attachedTwice(true);
    use(one);
    assert.equal(one.damage, "forbidden-access", name);
    assertForbidden(one);
    assert.ok(
      other.bytes.every((byte) => byte === 5),
      name,
    );
    assert.equal(other.damage, undefined);
    one.close();
    other.close();
  }
}

/** A page that was not touched is still everybody's. */
function otherPages(): void {
  const { one, other } = attachedTwice(true);
  const bytes = one.bytes;
  bytes[page] = 1;
  assert.deepEqual([bytes[page], bytes[page + 1], other.bytes[page]], [1, 5, 5]);
  other.bytes.fill(6);
  assert.deepEqual([bytes[0], bytes[page], bytes[2 * page]], [6, 1, 6]);
  one.close();
  other.close();
}

/** Refused before anything is touched, so that it is no damage. */
function checkedWrite(): void {
  const { one, other } = attachedTwice(true);
  assert.throws(() => one.write(0, "x"), { code: "EACCES", hint: /reading alone/ });
  assert.throws(() => one.protect("read-write"), { code: "EACCES", hint: /reading alone/ });
  assert.equal(one.damage, undefined);
  assert.equal(one.read(0, 1)[0], 5);
  one.close();
  other.close();
}

function protectedFrom(protection: Protection, uses: typeof reads, seen: number): void {
  for (const [name, use] of Object.entries(uses)) {
    const { one, other } = attachedTwice(false);
    one.protect(protection);
    use(one);
    assert.equal(one.damage, "forbidden-access", name);
    assertForbidden(one);
    assert.equal(other.bytes[0], 5, name);
    one.protect("read-write");
    if (uses === reads) assert.equal(one.bytes[9 * 8], seen, name);
    one.close();
    other.close();
  }
}

function protectedFromReading(): void {
  protectedFrom("none", reads, 0);
  protectedFrom("none", writes, 0);
}

/** A part alone; and nothing happens to the memory where nobody goes. */
function protectedInPart(): void {
  const { one, other } = attachedTwice(false);
  one.protect("none", { offset: page, sizeBytes: page });
  one.bytes[0] = 1;
  one.bytes[2 * page] = 2;
  assert.equal(one.damage, undefined);
  one.protect("read-write");
  assert.equal(one.read(page, 1)[0], 5);
  one.protect("read", { offset: 3 * page });
  assert.equal(one.read(3 * page, 1)[0], 5);
  assert.throws(() => one.write(3 * page, "x"), { code: "EACCES" });
  assertForbidden(one);
  one.close();
  assert.deepEqual([other.bytes[0], other.bytes[2 * page], other.bytes[3 * page]], [1, 2, 5]);
  other.close();
}

/** Linux 6.13 has them for such memory; before that the kernel says EINVAL. */
function guardPages(): void {
  const { one, other } = attachedTwice(false);
  if (advised(one, "guard-install")) {
    assert.equal(one.bytes[page], 0);
    assertForbidden(one);
    one.advise("guard-remove");
  }
  one.close();
  other.close();
}

function advised(memory: MappedMemory, advice: MemoryAdvice): boolean {
  try {
    memory.advise(advice);
    return true;
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EINVAL");
    return false;
  }
}

/** More pages of its own than a process may have mappings. */
function morePagesThanMappings(): void {
  const sizeBytes = 640 * 2 ** 20;
  const segment = SysvSharedMemory.open(0, { sizeBytes, noReserve: true });
  const memory = segment.attach({ readOnly: true });
  segment.remove();
  const bytes = memory.bytes;
  for (let at = 0; at < sizeBytes; at += 2 * page) bytes[at] = 1;
  assertForbidden(memory);
  assert.equal(memory.bytes[sizeBytes - 2 * page], 1);
  memory.close();
}

export const forbidden: Readonly<Record<string, () => unknown>> = {
  "forbidden: written though read only": writtenThoughReadOnly,
  "forbidden: other pages": otherPages,
  "forbidden: a checked write": checkedWrite,
  "forbidden: protected from reading": protectedFromReading,
  "forbidden: protected from writing": () => protectedFrom("read", writes, 5),
  "forbidden: protected in part": protectedInPart,
  "forbidden: guard pages": guardPages,
  "forbidden: more pages than mappings": morePagesThanMappings,
};
