/** What is concluded from a segment and who has it attached, in the words that a person reads. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { processIn } from "../../../tests/inspect/table.ts";
import type { Hold } from "../../io/schema.ts";
import { findingOf, type SegmentFacts } from "./sysv-findings.ts";
import type { SysvSharedMemoryStatus } from "./sysv-status.ts";

const owner = { uid: 0, gid: 0, creatorUid: 0, creatorGid: 0, mode: 0o600, sequence: 0 };

function segment(changes: Partial<SysvSharedMemoryStatus> = {}): SysvSharedMemoryStatus {
  return {
    id: 2,
    key: 0,
    ...owner,
    sizeBytes: 65536,
    attachments: 0,
    creatorPid: 77,
    lastPid: 78,
    attachedAt: new Date(1_000),
    detachedAt: new Date(2_000),
    changedAt: new Date(0),
    locked: false,
    removed: false,
    ...changes,
  };
}

const attached = { how: "attachment", fd: null, at: "0x1000", mode: "read-write" } as const;

function hold(pid: number): Hold {
  return { pid, object: "shm:2", ...attached };
}

function isGone(pid: number): boolean {
  return pid > 0 && pid !== 1 && pid !== 5;
}

function facts(status: SysvSharedMemoryStatus, changes: Partial<SegmentFacts> = {}): SegmentFacts {
  const processes = new Map([1, 5].map((pid) => [pid, processIn(pid)]));
  return { status, holds: [], processes, isGone, nowMs: 63_000, ...changes };
}

test("findingOf() takes a segment for left over when nobody of it is there any more", () => {
  const found = findingOf(facts(segment()));
  assert.equal(found?.rule, "segment-leaked");
  assert.equal(found?.severity, "info");
  assert.deepEqual(found?.objects, ["shm:2"]);
  assert.deepEqual(found?.text, [
    "shm:2 has 65536 bytes and nobody has it attached.",
    "Pid 77, which made it, is gone; pid 78, the last to attach or detach it, is gone too " +
      "(1970-01-01T00:00:02.000Z).",
    "=> it may be left over; if so: ipc rm shm:2",
  ]);
  const never = segment({ lastPid: 0, attachedAt: undefined, detachedAt: undefined });
  const unused = findingOf(facts(never))?.text[1];
  assert.equal(unused, "Pid 77, which made it, is gone; nobody ever attached it.");
});

test("findingOf() concludes nothing while somebody of it may be there", () => {
  const none = (status: SysvSharedMemoryStatus, changes: Partial<SegmentFacts> = {}): void =>
    assert.equal(findingOf(facts(status, changes)), undefined);
  none(segment(), { nowMs: 61_000 });
  none(segment(), { isGone: () => false });
  none(segment({ attachments: 1 }));
  none(segment({ creatorPid: 5 }));
  none(segment({ lastPid: 5 }));
});

test("findingOf() says whether removing what is left over can hurt anybody", () => {
  const removal = (changes: Partial<SysvSharedMemoryStatus>, nowMs = 63_000): unknown =>
    findingOf(facts(segment(changes), { nowMs }))?.removal;
  // Somebody who was told its number may come back to it, and by a key anybody at any time.
  assert.equal(removal({}), "likely");
  assert.equal(removal({}, 86_500_000), "safe");
  assert.equal(removal({ key: 5 }), "likely");
  assert.equal(removal({ key: 5 }, 86_500_000), "likely");
  // Made or attached by somebody of another PID namespace, of whom nothing is known.
  assert.equal(removal({ lastPid: 0 }), "keep");
  assert.equal(removal({ creatorPid: 0 }), "keep");
  assert.equal(removal({ creatorPid: 0, lastPid: 5 }), undefined);
});

test("findingOf() says for whom a removed segment stays, if its maker is gone", () => {
  const status = segment({ removed: true, attachments: 3 });
  const found = findingOf(facts(status, { holds: [hold(5), hold(5)] }));
  assert.equal(found?.rule, "segment-removed");
  assert.deepEqual(found?.processes, [5]);
  assert.deepEqual(found?.text, [
    "shm:2 is removed, and its 65536 bytes stay only for 3 attachments.",
    "Pid 77, which made it, is gone.",
    "Attached by p5 (5).",
    "1 of the attachments could not be seen.",
    "=> it goes when the last of them detaches it or ends.",
  ]);
  assert.equal(
    findingOf(facts(segment({ removed: true, attachments: 1, creatorPid: 5 }))),
    undefined,
  );
});
