/** What the contract of handles has to know of SysvSemaphoreSet. */
import { SysvSemaphoreSet } from "linux-ipc/semaphore";
import type { HandleContract, ObjectName } from "../contracts/handle.ts";
import { blocked } from "../harness/blocked.ts";
import { removeById } from "./set.ts";

/** Looks at the set through another handle, which the test does not see. */
function through(object: ObjectName, use: (set: SysvSemaphoreSet) => unknown): void {
  using set = SysvSemaphoreSet.byId(Number(object));
  use(set);
}

const begun = (object: ObjectName): Promise<void> => blocked(process.pid, "semop", Number(object));

const toTake = {
  prepare: (): void => undefined,
  begun,
  satisfy: (object: ObjectName): void => through(object, (set) => set.post(0)),
};

/** Index 1 is a lock whose owner has made it 1: whoever waits for zero takes it in the same moment. */
const toLock = {
  prepare: (object: ObjectName): void => through(object, (set) => set.setValue(1, 1)),
  begun,
  satisfy: (object: ObjectName): void =>
    through(object, (set) => set.operateSync([{ index: 1, by: -1 }])),
};

const take = [
  { index: 0, by: -1 },
  { index: 2, by: 1 },
];
const lock = [
  { index: 1, by: 0 },
  { index: 1, by: 1 },
];

export const contract: HandleContract = {
  name: "SysvSemaphoreSet",
  module: import.meta.url,
  open: () => SysvSemaphoreSet.open(0, { count: 3 }),
  objectOf: (handle) => (handle as SysvSemaphoreSet).id,
  destroy: (object) => removeById(Number(object)),
  waits: [
    {
      name: "acquire()",
      ...toTake,
      begin: (handle, options) => (handle as SysvSemaphoreSet).acquire(0, options as object),
    },
    {
      name: "operate()",
      ...toTake,
      begin: (handle, options) => (handle as SysvSemaphoreSet).operate(take, options),
    },
    {
      name: "operate() for zero",
      ...toLock,
      begin: (handle, options) => (handle as SysvSemaphoreSet).operate(lock, options),
    },
  ],
  syncWaits: [
    {
      name: "acquireSync()",
      prepare: toTake.prepare,
      run: (handle, options) => (handle as SysvSemaphoreSet).acquireSync(0, options),
    },
    {
      name: "operateSync()",
      prepare: toTake.prepare,
      run: (handle, options) => (handle as SysvSemaphoreSet).operateSync(take, options),
    },
    {
      name: "waitForZeroSync()",
      prepare: toLock.prepare,
      run: (handle, options) => (handle as SysvSemaphoreSet).waitForZeroSync(1, options),
    },
  ],
  calls: {
    tryOperate: (handle) => (handle as SysvSemaphoreSet).tryOperate(take),
    tryAcquire: (handle) => (handle as SysvSemaphoreSet).tryAcquire(0),
    post: (handle) => (handle as SysvSemaphoreSet).post(0),
    tryWaitForZero: (handle) => (handle as SysvSemaphoreSet).tryWaitForZero(0),
    value: (handle) => (handle as SysvSemaphoreSet).value(0),
    values: (handle) => (handle as SysvSemaphoreSet).values(),
    setValue: (handle) => (handle as SysvSemaphoreSet).setValue(0, 1),
    setAll: (handle) => (handle as SysvSemaphoreSet).setAll([0, 0, 0]),
    lastPid: (handle) => (handle as SysvSemaphoreSet).lastPid(0),
    waiters: (handle) => (handle as SysvSemaphoreSet).waiters(0),
    stat: (handle) => (handle as SysvSemaphoreSet).stat(),
    set: (handle) => (handle as SysvSemaphoreSet).set({ mode: 0o600 }),
    remove: (handle) => (handle as SysvSemaphoreSet).remove(),
  },
};
