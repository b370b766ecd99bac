/** struct flock, which fcntl(2) is given: the lock that a process asks for. */

/** What is asked for. */
export interface RequestedLock {
  /** "unlock" is no lock at all. */
  readonly access: "read" | "write" | "unlock";
  /** What `start` is counted from: the beginning, the position in the file, or its end. */
  readonly from: "start" | "position" | "end";
  readonly start: bigint;
  /** In bytes; 0 for all that follows, and negative for what lies before `start`. */
  readonly length: bigint;
}

/** What the command and the width of the task say about the structure's layout. */
export type FlockLayout = "wide" | "narrow" | "narrow-64";

/** The sizes that are read: include/uapi/asm-generic/fcntl.h, and of i386 without any padding. */
export const flockBytes: Readonly<Record<FlockLayout, number>> = {
  wide: 24,
  narrow: 12,
  "narrow-64": 20,
};

const kinds = ["read", "write", "unlock"] as const;
const origins = ["start", "position", "end"] as const;

/** Undefined where the bytes are too few, or ask for nothing that there is. */
export function decodeFlock(bytes: Uint8Array, layout: FlockLayout): RequestedLock | undefined {
  if (bytes.length < flockBytes[layout]) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const access = kinds[view.getInt16(0, true)];
  const from = origins[view.getInt16(2, true)];
  if (access === undefined || from === undefined) return undefined;
  if (layout === "narrow") {
    const [start, length] = [BigInt(view.getInt32(4, true)), BigInt(view.getInt32(8, true))];
    return { access, from, start, length };
  }
  const at = layout === "wide" ? 8 : 4;
  return {
    access,
    from,
    start: view.getBigInt64(at, true),
    length: view.getBigInt64(at + 8, true),
  };
}
