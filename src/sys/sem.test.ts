/** The constants and calls of semaphores. */
import assert from "node:assert/strict";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import { createRegion, releaseRegion } from "./region.ts";
import * as sem from "./sem.ts";
import { IPC_PRIVATE, IPC_RMID } from "./sysv.ts";

const names = [
  "GETPID",
  "GETVAL",
  "GETALL",
  "GETNCNT",
  "GETZCNT",
  "SETVAL",
  "SETALL",
  "SEM_STAT",
  "SEM_INFO",
  "SEM_STAT_ANY",
  "SEM_UNDO",
] as const;

test("every constant is the one of sys/sem.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["sys/sem.h"], names);
  const own = Object.fromEntries(names.map((name) => [name, sem[name]]));
  assert.deepEqual(own, expected);
});

test("semop() takes one operation from the frame and several from a region", () => {
  const id = sem.semget(IPC_PRIVATE, 2, 0o600);
  assert.ok(id >= 0);
  assert.equal(sem.trySemopOne(id, 1, 3, 0), 0);
  const memory = createRegion(64);
  new Int16Array(memory.words.buffer).set([0, 5, 0, 1, -2, 0]);
  assert.equal(sem.trySemop(id, memory, 2), 0);
  assert.equal(sem.semctlAll(id, sem.GETALL, memory, 2), 0);
  assert.deepEqual([...new Uint16Array(memory.words.buffer, 0, 2)], [5, 1]);
  assert.equal(sem.semctl(id, 1, sem.GETVAL), 1);
  assert.equal(sem.trySemopOne(id, 1, -2, 0), -11);
  assert.equal(sem.semopOne(id, 1, -2, 0, performance.now() + 5), -110);
  assert.equal(sem.semctl(id, 0, IPC_RMID), 0);
  releaseRegion(memory);
});

test("semctlAll() never writes beyond the values asked for", () => {
  const id = sem.semget(IPC_PRIVATE, 100, 0o600);
  const memory = createRegion(256);
  memory.bytes.fill(0xff);
  assert.equal(sem.semctlAll(id, sem.GETALL, memory, 3), 0);
  assert.deepEqual([...memory.bytes.subarray(0, 8)], [0, 0, 0, 0, 0, 0, 255, 255]);
  assert.equal(sem.semctl(id, 0, IPC_RMID), 0);
  releaseRegion(memory);
});
