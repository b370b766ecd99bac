/** What the contract of handles has to know of PhpSemaphore. */
import { PhpSemaphore, SysvSemaphoreSet } from "linux-ipc/semaphore";
import type { HandleContract, ObjectName } from "../contracts/handle.ts";
import { blocked } from "../harness/blocked.ts";
import { removeById } from "./set.ts";

function through(object: ObjectName, use: (set: SysvSemaphoreSet) => unknown): void {
  using set = SysvSemaphoreSet.byId(Number(object));
  use(set);
}

const prepare = (object: ObjectName): void => through(object, (set) => set.setValue(0, 0));

export const contract: HandleContract = {
  name: "PhpSemaphore",
  module: import.meta.url,
  open: () => PhpSemaphore.open(0),
  objectOf: (handle) => (handle as PhpSemaphore).id,
  destroy: (object) => removeById(Number(object)),
  waits: [
    {
      name: "acquire()",
      prepare,
      begun: (object) => blocked(process.pid, "semop", Number(object)),
      satisfy: (object) => through(object, (set) => set.post(0)),
      begin: (handle, options) => (handle as PhpSemaphore).acquire(options),
    },
  ],
  syncWaits: [
    {
      name: "acquireSync()",
      prepare,
      run: (handle, options) => (handle as PhpSemaphore).acquireSync(options),
    },
  ],
  calls: {
    tryAcquire: (handle) => (handle as PhpSemaphore).tryAcquire(),
    remove: (handle) => (handle as PhpSemaphore).remove(),
  },
};
