/** Shows what a blocked semop(2) waits for, decoded from a memory made for the test. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { blockedProcess, viewOf } from "../../../tests/inspect/table.ts";
import { encodeSembufs } from "../../wire/sysv/sembuf.ts";
import { obstaclesOf, type SemaphoreOperation, setWaits, waitRecord } from "./sysv-waits.ts";

const [semop, semtimedop] = process.arch === "arm64" ? [193, 192] : [65, 220];

const memory = new Map([
  [0x1000n, encodeSembufs([{ num: 1, op: -3, flg: 0o10000 }])],
  [
    0x2000n,
    encodeSembufs([
      { num: 0, op: 0, flg: 0 },
      { num: 0, op: 1, flg: 0 },
    ]),
  ],
]);

function operation(index: number, by: number): SemaphoreOperation {
  return { index, by, undo: false };
}

test("setWaits() reads the operations of semop(2) and semtimedop(2)", () => {
  const view = viewOf(
    [
      blockedProcess(11, semop, [7n, 0x1000n, 1n]),
      blockedProcess(12, semtimedop, [7n, 0x2000n, 2n, 0x9000n]),
      blockedProcess(13, semop, [7n, 0x3000n, 1n]),
      blockedProcess(14, semop, [7n, 0x1000n, 2n]),
      blockedProcess(15, semop, [7n, 0x1000n, 2n ** 40n]),
    ],
    memory,
  );
  assert.deepEqual(
    setWaits(view).map(({ pid, id, syscall, operations }) => [pid, id, syscall, operations]),
    [
      [11, 7, "semop", [{ index: 1, by: -3, undo: true }]],
      [12, 7, "semtimedop", [operation(0, 0), operation(0, 1)]],
      [13, 7, "semop", undefined],
      [14, 7, "semop", undefined],
      [15, 7, "semop", undefined],
    ],
  );
});

test("setWaits() leaves out who has gone on since, whose memory may be of another call", () => {
  const blocked = [11, 12].map((pid) => blockedProcess(pid, semop, [7n, 0x1000n, 1n]));
  const view = { ...viewOf(blocked, memory), isBlocked: (pid: number) => pid !== 11 };
  assert.deepEqual(
    setWaits(view).map(({ pid }) => pid),
    [12],
  );
});

test("setWaits() tells which waits end by themselves, and takes 32 bits of the count", () => {
  const view = viewOf(
    [
      blockedProcess(11, semtimedop, [7n, 0x1000n, 1n, 0n]),
      blockedProcess(12, semtimedop, [7n, 0x1000n, 1n, 0x9000n]),
      blockedProcess(13, semop, [7n, 0x1000n, 2n ** 40n + 1n, 0x9000n]),
    ],
    memory,
  );
  const [one] = [{ index: 1, by: -3, undo: true }];
  assert.deepEqual(
    setWaits(view).map(({ isTimed, operations }) => [isTimed, operations]),
    [
      [false, [one]],
      [true, [one]],
      [false, [one]],
    ],
  );
});

test("setWaits() reads so much of all waiters and no more", () => {
  const many = encodeSembufs(Array.from({ length: 8192 }, () => ({ num: 0, op: -1, flg: 0 })));
  const blocked = Array.from({ length: 20 }, (_, index) =>
    blockedProcess(index + 11, semop, [7n, 0x1000n, 8192n]),
  );
  const waits = setWaits(viewOf(blocked, new Map([[0x1000n, many]])));
  assert.equal(waits.length, 20);
  assert.equal(waits.filter(({ operations }) => operations !== undefined).length, 16);
});

test("obstaclesOf() finds what cannot be done, in the order in which the kernel tries", () => {
  const take = [operation(0, -1), operation(1, -2)];
  assert.deepEqual(obstaclesOf(take, [1, 1]), [{ index: 1, atLeast: 2 }]);
  const both = [
    { index: 0, atLeast: 1 },
    { index: 1, atLeast: 2 },
  ];
  assert.deepEqual(obstaclesOf(take, [0, 0]), both);
  const lock = [operation(0, 0), operation(0, 1)];
  assert.deepEqual(obstaclesOf(lock, [1]), [{ index: 0, atLeast: 0 }]);
});

test("obstaclesOf() counts what operations before it do to the same semaphore", () => {
  const twice = [operation(0, -1), operation(0, -1)];
  assert.deepEqual(obstaclesOf(twice, [1]), [{ index: 0, atLeast: 2 }]);
  const given = [operation(0, 1), operation(0, -3)];
  assert.deepEqual(obstaclesOf(given, [1]), [{ index: 0, atLeast: 2 }]);
});

test("obstaclesOf() names all that may be in the way where the values do not tell", () => {
  const operations = [operation(0, -1), operation(1, 5), operation(2, 0)];
  const possible = [
    { index: 0, atLeast: 1 },
    { index: 2, atLeast: 0 },
  ];
  assert.deepEqual(obstaclesOf(operations, undefined), possible);
  assert.deepEqual(obstaclesOf(operations, [9, 9, 0]), possible);
  assert.deepEqual(obstaclesOf([operation(9, -1)], [0]), [{ index: 9, atLeast: 1 }]);
});

test("waitRecord() says in words what is waited for, and for which semaphores", () => {
  const call = { pid: 11, tid: 12, id: 7, syscall: "semop", isTimed: false };
  const one = waitRecord({ ...call, operations: [operation(1, -3)] }, [0, 0]);
  assert.equal(one.object, "sem:7");
  assert.deepEqual(one.parts, ["sem:7/1"]);
  const need = { semaphore: 1, atLeast: 3, operations: [{ index: 1, by: -3 }] };
  assert.deepEqual([one.need, one.text], [need, "semaphore 1 to be at least 3"]);
  const operations = [operation(0, 0), { index: 1, by: -1, undo: true }];
  const array = waitRecord({ ...call, operations }, [2, 0]);
  assert.deepEqual(array.parts, ["sem:7/0", "sem:7/1"]);
  assert.equal(
    array.text,
    "semaphore 0 to become zero and semaphore 1 to be at least 1, for 2 operations at once",
  );
  assert.deepEqual(array.need["operations"], [
    { index: 0, by: 0 },
    { index: 1, by: -1, undo: true },
  ]);
  assert.equal(array.isTimed, undefined);
  assert.equal(waitRecord({ ...call, operations, isTimed: true }, [2, 0]).isTimed, true);
  const unread = waitRecord({ ...call, operations }, undefined);
  assert.deepEqual(Object.keys(unread.need), ["operations"]);
  const blind = waitRecord({ ...call, operations: undefined }, [0, 0]);
  assert.deepEqual([blind.parts, blind.need, blind.text], [undefined, { operations: null }, ""]);
  assert.ok(blind.unknown["operations"]);
});
