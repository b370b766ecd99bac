/** The handle of a System V shared memory segment. */

import { adoptMapping, type MappedMemory } from "../../io/mapped-memory.ts";
import { checkId, checkKey } from "../../io/sysv/address.ts";
import { checkCount, checkOwnerChange } from "../../io/sysv/options.ts";
import { checkOptions } from "../../io/wait-options.ts";
import { errnoOf } from "../../sys/errno.ts";
import { ClosedError } from "../../sys/errors.ts";
import { SHM_LOCK, SHM_RDONLY, SHM_UNLOCK, shmat, shmctl, shmget } from "../../sys/shm.ts";
import { IPC_RMID, IPC_STAT } from "../../sys/sysv.ts";
import { handleRefusal, refusal } from "./sysv-errors.ts";
import {
  attachmentOf,
  makeFlags,
  type SysvAttachOptions,
  type SysvSharedMemoryOptions,
} from "./sysv-options.ts";
import {
  type SysvSharedMemoryChange,
  type SysvSharedMemoryStatus,
  setSegment,
  shmctlMemory,
  statSegment,
} from "./sysv-status.ts";

const EINVAL = -errnoOf("EINVAL");
const EIDRM = -errnoOf("EIDRM");

/**
 * A System V shared memory segment. The segment outlives the process: closing gives up what was
 * attached, remove() destroys the segment once nobody has it attached. The handle itself is a name
 * and holds nothing, so that it need not be closed.
 * @see sysvipc(7), shmget(2), shmop(2), shmctl(2)
 */
export class SysvSharedMemory implements Disposable {
  /** The kernel's number of the segment in this IPC namespace. */
  readonly id: number;
  #closed = false;

  private constructor(id: number) {
    this.id = id;
  }

  /**
   * Opens the segment of a key, see ftok(). The key is 32 bits, signed or unsigned; 0 (IPC_PRIVATE)
   * always makes a new segment.
   * @throws SystemError ENOENT, EEXIST, EACCES, EINVAL (kernel.shmmax, or the segment is shorter),
   * ENOSPC (kernel.shmmni, kernel.shmall), ENOMEM, EPERM (huge pages); TypeError; RangeError
   */
  static open(key: number, options?: SysvSharedMemoryOptions): SysvSharedMemory {
    checkKey(key);
    const checked = checkOptions(options);
    const { sizeBytes = 0, hugePages } = checked;
    checkCount("sizeBytes", sizeBytes, Number.MAX_SAFE_INTEGER);
    const id = shmget(key, sizeBytes, makeFlags(key, checked));
    if (id >= 0) return new SysvSharedMemory(id);
    const huge = hugePages !== undefined && hugePages !== false;
    throw refusal(id, "shmget", { key, sizeBytes, hugePages: huge });
  }

  /**
   * Takes the segment of an id, as ipcs prints it.
   * @throws SystemError EINVAL when there is none; TypeError; RangeError
   */
  static byId(id: number): SysvSharedMemory {
    checkId(id);
    const answer = shmctl(id, IPC_STAT, shmctlMemory());
    if (answer === EINVAL || answer === EIDRM) throw refusal(answer, "shmctl", { id });
    return new SysvSharedMemory(id);
  }

  /** True once close() was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Attaches the segment: its memory, which the caller closes. Each call attaches it once more.
   * @throws SystemError EACCES, EINVAL (offset), EIDRM, ENOMEM, EMFILE (32,768 in this process), EBUSY
   * (the place in the range is taken); ClosedError; TypeError; RangeError
   * @see shmat(2)
   */
  attach(options?: SysvAttachOptions): MappedMemory {
    this.#check();
    const { flags, range, offset } = attachmentOf(checkOptions(options));
    const mapping = shmat(this.id, flags, range, offset);
    if (mapping < 0) throw handleRefusal(mapping, "shmat", { id: this.id });
    const readOnly = (flags & SHM_RDONLY) !== 0;
    return adoptMapping({ mapping, address: `shm:${this.id}`, readOnly });
  }

  /** @throws SystemError EACCES, EIDRM; ClosedError. @see shmctl(2), IPC_STAT */
  stat(): SysvSharedMemoryStatus {
    this.#check();
    return statSegment(this.id);
  }

  /**
   * Changes the owner or the mode.
   * @throws SystemError EPERM (not the owner), EIDRM; ClosedError; TypeError; RangeError
   * @see shmctl(2), IPC_SET
   */
  set(change: SysvSharedMemoryChange): void {
    const checked = checkOwnerChange(change);
    this.#check();
    setSegment(this.id, checked);
  }

  /**
   * Keeps the pages of the segment in physical memory once they were touched, for everybody.
   * @throws SystemError EPERM, ENOMEM (RLIMIT_MEMLOCK), EIDRM; ClosedError. @see shmctl(2), SHM_LOCK
   */
  lock(): void {
    this.#control(SHM_LOCK);
  }

  /** @throws SystemError EPERM, EIDRM; ClosedError. @see shmctl(2), SHM_UNLOCK */
  unlock(): void {
    this.#control(SHM_UNLOCK);
  }

  /**
   * Marks the segment to be destroyed: at once, or when the last who has it attached is done. Its key
   * is free at once. Attached memory goes on working, and until then the id attaches it anew.
   * @throws SystemError EPERM, EIDRM; ClosedError. @see shmctl(2), IPC_RMID
   */
  remove(): void {
    this.#control(IPC_RMID);
  }

  /** Gives up the name; the segment stays, and so does what is attached. */
  close(): void {
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #control(command: number): void {
    this.#check();
    const answer = shmctl(this.id, command, shmctlMemory());
    if (answer >= 0) return;
    throw handleRefusal(answer, "shmctl", { id: this.id, lock: command === SHM_LOCK });
  }

  #check(): void {
    if (this.#closed) throw new ClosedError(`The segment shm:${this.id}`);
  }
}
