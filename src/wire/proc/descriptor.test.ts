/** Shows what the text of a descriptor's link says, for every kind the kernel has. */
import assert from "node:assert/strict";
import { readdirSync, readlinkSync } from "node:fs";
import fc from "fast-check";
import { test } from "../../../tests/harness/test.ts";
import { descriptorInode, descriptorKind } from "./descriptor.ts";

const golden: Readonly<Record<string, string>> = {
  "pipe:[42]": "pipe",
  "socket:[42]": "socket",
  "anon_inode:[eventfd]": "eventfd",
  "anon_inode:[eventpoll]": "eventpoll",
  "anon_inode:[timerfd]": "timerfd",
  "anon_inode:[signalfd]": "signalfd",
  "anon_inode:inotify": "inotify",
  "anon_inode:[fanotify]": "fanotify",
  "anon_inode:[pidfd]": "pidfd",
  "anon_inode:[io_uring]": "io_uring",
  "anon_inode:[userfaultfd]": "userfaultfd",
  "anon_inode:bpf-map": "bpf-map",
  "anon_inode:bpf-prog": "bpf-prog",
  "anon_inode:bpf_link": "bpf-link",
  "anon_inode:[perf_event]": "perf-event",
  "anon_inode:kvm-vm": "anon_inode:kvm-vm",
  "anon_inode:[constructor]": "anon_inode:constructor",
  "net:[4026531833]": "namespace",
  "ipc:[4026531839]": "namespace",
  "/memfd:name (deleted)": "memfd",
  "/memfd:a/b\nc (deleted) (deleted)": "memfd",
  "/memfd:kept": "file",
  "/secretmem (deleted)": "memfd-secret",
  "/dmabuf:": "dmabuf",
  "/dev/null": "device",
  "/dev/pts/0": "device",
  "/dev/pts/0 (deleted)": "device",
  "/dev/shm/x": "file",
  "/dev/shm/x (deleted)": "deleted",
  "/dev/mqueue/jobs": "file",
  "/tmp/x (deleted)": "deleted",
  "/tmp/pipe:[42]": "file",
  "/": "file",
  "": "unknown",
  pipe: "unknown",
  "something:new": "unknown",
};

for (const [target, kind] of Object.entries(golden)) {
  test(`descriptorKind() says ${kind} for ${JSON.stringify(target)}`, () => {
    assert.equal(descriptorKind(target), kind);
  });
}

test("descriptorInode() reads the number of pipes, sockets and namespaces", () => {
  assert.equal(descriptorInode("pipe:[42]"), 42);
  assert.equal(descriptorInode("socket:[4294967295]"), 4294967295);
  assert.equal(descriptorInode("/tmp/x:[42]"), undefined);
  assert.equal(descriptorInode("anon_inode:[eventfd]"), undefined);
});

test("descriptorKind() knows every descriptor of this process", () => {
  const targets = readdirSync("/proc/self/fd").flatMap((fd) => linkOf(fd) ?? []);
  assert.ok(targets.length > 0);
  for (const target of targets) assert.notEqual(descriptorKind(target), "unknown", target);
});

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

test("descriptorKind() is total", () => {
  fc.assert(fc.property(fc.string(), (text) => assert.notEqual(descriptorKind(text), "")));
});
