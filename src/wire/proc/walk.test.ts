/** Shows that the records of a walk become the table of processes, whatever is in them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { anyBytes } from "../../../tests/inspect/any-bytes.ts";
import { WireError } from "../wire-error.ts";
import type { Mapping } from "./maps.ts";
import type { Process } from "./process-table.ts";
import { bytesOf } from "./text.ts";
import { decodeWalk } from "./walk.ts";
import * as record from "./walk-record.ts";

const EACCES = -13;
const EPERM = -1;

const end = { tag: record.TAG_END, id: 0 };

function text(tag: number, id: number, contents: string): record.WalkRecordContent {
  return { tag, id, bytes: bytesOf(contents) };
}

function stat(comm: string, state: string, flags = 0): string {
  return `9 (${comm}) ${state} 1 9 9 0 -1 ${flags} 0 0 0 0 0 0 0 0 20 0 2 0 777 0 0\n`;
}

const msgrcv = "70 0x0 0x5500 0x63 0x7 0x0 0x0 0x7ffd00000000 0x7f0000000000\n";

const segment =
  "7f52eee1a000-7f52eee1b000 r--s 00000000 00:01 3                          /SYSV00000000 (deleted)";

const attached: Mapping = {
  start: 0x7f52eee1a000n,
  end: 0x7f52eee1b000n,
  read: true,
  write: false,
  execute: false,
  shared: true,
  offset: 0n,
  major: 0,
  minor: 1,
  inode: 3,
  path: "/SYSV00000000 (deleted)",
};

/** The opening of a process that was read whole. */
const process9: readonly record.WalkRecordContent[] = [
  { tag: record.TAG_PROCESS, id: 9 },
  text(record.TAG_STAT, 9, stat("perl", "S")),
  text(record.TAG_STATUS, 9, "Name:\tperl\nUid:\t1000\t0\t0\t0\nGid:\t1001\t0\t0\t0\n"),
  text(record.TAG_CMDLINE, 9, "perl\0-e\0x\0"),
  text(record.TAG_CGROUP, 9, "0::/app\n"),
  text(record.TAG_THREAD, 9, msgrcv),
  text(record.TAG_THREAD, 10, "running\n"),
  text(record.TAG_NAMESPACE, 9, "ipc:[4026531839]"),
  { tag: record.TAG_DESCRIPTORS, id: 9 },
  text(record.TAG_DESCRIPTOR, 0, "/dev/null"),
  text(record.TAG_DESCRIPTOR, 7, "pipe:[42]"),
  text(record.TAG_MAPPINGS, 9, `${segment}\n`),
];

function walkOf(...records: readonly record.WalkRecordContent[]): Process {
  const { processes } = decodeWalk(record.encodeRecords([...records, end]));
  const process = processes.get(9);
  assert.ok(process);
  return process;
}

/** What is not known of a descriptor from its link's text alone. */
const bare = { inode: null, access: null, info: undefined };

test("decodeWalk() puts a process together", () => {
  assert.deepEqual(walkOf(...process9), {
    pid: 9,
    ppid: 1,
    startTicks: 777,
    comm: "perl",
    cmdline: ["perl", "-e", "x"],
    state: "S",
    uid: 1000,
    gid: 1001,
    cgroup: "/app",
    namespaces: new Map([["ipc", 4026531839]]),
    threads: [
      {
        tid: 9,
        syscall: {
          number: 70,
          arguments: [0n, 0x5500n, 0x63n, 7n, 0n, 0n],
          stackPointer: 0x7ffd00000000n,
        },
      },
      { tid: 10, syscall: undefined },
    ],
    descriptors: [
      { ...bare, fd: 0, target: "/dev/null", kind: "device" },
      { ...bare, fd: 7, target: "pipe:[42]", kind: "pipe", inode: 42 },
    ],
    mappings: [attached],
    failures: [],
  });
});

test("decodeWalk() reads the golden bytes of one process", () => {
  const header = (tag: number, id: number, size: number): string =>
    `${hex(tag, 2)}0000${hex(id, 4)}00000000${hex(size, 4)}`;
  const bytes = Buffer.from(
    header(1, 9, 0) +
      header(8, 9, 0) +
      `${header(9, 3, 9)}706970653a5b34325d00000000000000` +
      header(10, 2, 0).replace(/^(....)0000/, "$10100"),
    "hex",
  );
  const { processes, vanished, truncated } = decodeWalk(bytes);
  assert.deepEqual(processes.get(9)?.descriptors, [
    { ...bare, fd: 3, target: "pipe:[42]", kind: "pipe", inode: 42 },
  ]);
  assert.deepEqual({ vanished, truncated }, { vanished: 2, truncated: true });
});

function hex(value: number, sizeBytes: number): string {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUIntLE(value, 0, sizeBytes);
  return bytes.toString("hex");
}

test("decodeWalk() says for what a descriptor was opened, and what fdinfo tells of it", () => {
  const descriptor = (id: number, text: string, flags: number): record.WalkRecordContent => {
    return { tag: record.TAG_DESCRIPTOR, id, flags, bytes: bytesOf(text) };
  };
  const { FLAG_ACCESS, FLAG_READ, FLAG_WRITE } = record;
  const { descriptors } = walkOf(
    { tag: record.TAG_PROCESS, id: 9 },
    { tag: record.TAG_DESCRIPTORS, id: 9 },
    descriptor(1, "pipe:[7]", FLAG_ACCESS | FLAG_READ),
    descriptor(2, "pipe:[7]", FLAG_ACCESS | FLAG_WRITE),
    descriptor(3, "/tmp/x", FLAG_ACCESS | FLAG_READ | FLAG_WRITE),
    { tag: record.TAG_FDINFO, id: 3, bytes: bytesOf("mnt_id:\t5\n") },
    { tag: record.TAG_FDINFO, id: 4, bytes: bytesOf("of no descriptor") },
    descriptor(5, "/tmp/path-only", FLAG_ACCESS),
    descriptor(6, "socket:[8]", 0),
  );
  const seen = descriptors?.map(({ fd, access, info, inode }) => [fd, access, info, inode]);
  assert.deepEqual(seen, [
    [1, "read", undefined, 7],
    [2, "write", undefined, 7],
    [3, "read-write", "mnt_id:\t5\n", null],
    [5, null, undefined, null],
    [6, null, undefined, 8],
  ]);
});

test("decodeWalk() takes no text for a pipe or a socket that is not written like one", () => {
  const odd = [
    "pipe:[]",
    "pipe:[7",
    "pipe:[x]",
    "pipe:[-1]",
    "socket:[1 ]",
    "sock:[1]",
    "pipe:[1]]",
  ];
  const records = odd.map((text, id) => ({ tag: record.TAG_DESCRIPTOR, id, bytes: bytesOf(text) }));
  const { descriptors } = walkOf(
    { tag: record.TAG_PROCESS, id: 9 },
    { tag: record.TAG_DESCRIPTORS, id: 9 },
    ...records,
  );
  assert.deepEqual(
    descriptors?.map(({ target }) => target),
    odd,
  );
  assert.ok(descriptors?.every(({ inode }) => inode === null));
});

test("decodeWalk() keeps each refusal once, with the file that was refused", () => {
  const process = walkOf(
    ...process9.slice(0, 3),
    { tag: record.TAG_THREAD, id: 9, error: EPERM },
    { tag: record.TAG_THREAD, id: 10 },
    { tag: record.TAG_NAMESPACE, id: 9, error: EACCES },
    { tag: record.TAG_NAMESPACE, id: 9, error: EACCES },
    { tag: record.TAG_DESCRIPTORS, id: 9, error: EACCES },
    { tag: record.TAG_MAPPINGS, id: 9, error: EACCES },
  );
  assert.equal(process.descriptors, undefined);
  assert.equal(process.mappings, undefined);
  assert.deepEqual(process.threads, [
    { tid: 9, syscall: undefined },
    { tid: 10, syscall: undefined },
  ]);
  assert.deepEqual(process.failures, [
    { what: "syscall", errno: EPERM },
    { what: "ns", errno: EACCES },
    { what: "fd", errno: EACCES },
    { what: "maps", errno: EACCES },
  ]);
});

test("decodeWalk() keeps a process of which only the number may be seen", () => {
  const process = walkOf({ tag: record.TAG_PROCESS, id: 9, error: EPERM });
  assert.equal(process.state, "?");
  assert.deepEqual(process.failures, [{ what: "process", errno: EPERM }]);
});

test("decodeWalk() gives kernel threads and zombies no descriptors or mappings, but not unknown ones", () => {
  const PF_KTHREAD = 0x00200000;
  const lines = [stat("kworker", "I", PF_KTHREAD), stat("dead", "Z")];
  for (const line of lines) {
    const process = walkOf({ tag: record.TAG_PROCESS, id: 9 }, text(record.TAG_STAT, 9, line));
    assert.deepEqual([process.descriptors, process.mappings], [[], []]);
    assert.deepEqual(process.failures, []);
  }
});

test("decodeWalk() finds the mappings of threads whose leader has ended", () => {
  const process = walkOf(
    { tag: record.TAG_PROCESS, id: 9 },
    text(record.TAG_STAT, 9, stat("dead", "Z")),
    text(record.TAG_MAPPINGS, 9, `${segment}\n`),
  );
  assert.equal(process.mappings?.length, 1);
});

test("decodeWalk() keeps the mappings that it was given, and says that there are more", () => {
  const cut = { ...text(record.TAG_MAPPINGS, 9, `${segment}\n`), flags: record.FLAG_TRUNCATED };
  const process = walkOf(...process9.slice(0, 2), cut);
  assert.equal(process.mappings?.length, 1);
  assert.deepEqual(process.failures, [{ what: "maps", errno: -7 }]);
});

test("decodeWalk() shows no call of a thread that has no stack", () => {
  const idle = "0 0x0 0x0 0x0 0x0 0x0 0x0 0x0 0x0\n";
  const process = walkOf(...process9.slice(0, 2), text(record.TAG_THREAD, 9, idle));
  assert.deepEqual(process.threads, [{ tid: 9, syscall: undefined }]);
});

test("decodeWalk() drops the NULs behind a title that a process gave itself", () => {
  const process = walkOf(...process9.slice(0, 2), text(record.TAG_CMDLINE, 9, "title\0\0\0\0"));
  assert.deepEqual(process.cmdline, ["title"]);
});

test("decodeWalk() says where a text was cut", () => {
  const cut = { ...text(record.TAG_CMDLINE, 9, "a\0"), flags: record.FLAG_TRUNCATED };
  assert.deepEqual(walkOf(...process9.slice(0, 2), cut).failures, [{ what: "cmdline", errno: -7 }]);
});

test("decodeWalk() keeps a process whose files make no sense, and says so", () => {
  const process = walkOf(
    { tag: record.TAG_PROCESS, id: 9 },
    text(record.TAG_STAT, 9, "nonsense"),
    text(record.TAG_NAMESPACE, 9, "nonsense"),
    text(record.TAG_DESCRIPTOR, 3, "before there is a list"),
    text(99, 9, "a record of a later version"),
  );
  assert.deepEqual(process.failures, [
    { what: "stat", errno: -74 },
    { what: "ns", errno: -74 },
  ]);
});

test("decodeWalk() refuses records without an end, and a record without a process", () => {
  const whole = record.encodeRecords([...process9, end]);
  const truncated = { name: "WireError", code: "ERR_WIRE_TRUNCATED" };
  assert.throws(() => decodeWalk(whole.subarray(0, -16)), truncated);
  assert.throws(() => decodeWalk(new Uint8Array()), { ...truncated, offset: 0 });
  const stray = record.encodeRecords([text(record.TAG_STAT, 9, "x"), end]);
  assert.throws(() => decodeWalk(stray), { code: "ERR_WIRE_MALFORMED", offset: 0 });
});

test("decodeWalk() gives a table or a WireError for any bytes", () => {
  fc.assert(
    fc.property(anyBytes(record.encodeRecords([...process9, end])), (bytes) => {
      try {
        decodeWalk(bytes);
      } catch (error) {
        assert.ok(error instanceof WireError);
        assert.ok(error.offset >= 0 && error.offset <= bytes.length);
      }
    }),
    { numRuns: 1000 },
  );
});
