/** struct sembuf, the operations that semop(2) is given: 6 bytes each on every architecture. Pure. */

/** One operation, in the kernel's words. */
export interface Sembuf {
  /** Which semaphore of the set. */
  readonly num: number;
  /** What is added to it; 0: wait until it is zero. */
  readonly op: number;
  /** IPC_NOWAIT, SEM_UNDO. */
  readonly flg: number;
}

/** Size of one struct sembuf. */
export const SEMBUF_BYTES = 6;

/** As many as there are; what is left of an incomplete one is passed over. */
export function decodeSembufs(bytes: Uint8Array): readonly Sembuf[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / SEMBUF_BYTES);
  return Array.from({ length: count }, (_, index) => {
    const at = index * SEMBUF_BYTES;
    return {
      num: view.getUint16(at, true),
      op: view.getInt16(at + 2, true),
      flg: view.getUint16(at + 4, true),
    };
  });
}

/** The same as bytes. */
export function encodeSembufs(operations: readonly Sembuf[]): Uint8Array {
  const bytes = new Uint8Array(operations.length * SEMBUF_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, { num, op, flg }] of operations.entries()) {
    view.setUint16(index * SEMBUF_BYTES, num, true);
    view.setInt16(index * SEMBUF_BYTES + 2, op, true);
    view.setUint16(index * SEMBUF_BYTES + 4, flg, true);
  }
  return bytes;
}
