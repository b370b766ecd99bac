/** What every family's answer of sock_diag(7) may say alike: memory (SK_MEMINFO) and the cookie. */

/** The memory of a socket in bytes, overheads included: include/uapi/linux/sock_diag.h. */
export interface SocketMemory {
  /** What the receive queue takes, of `receiveBufferBytes`. */
  readonly receivedBytes: number;
  readonly receiveBufferBytes: number;
  /** What was sent and not taken yet, of `sendBufferBytes`. */
  readonly sentBytes: number;
  readonly sendBufferBytes: number;
  /** Of TCP: what lies in the send queue, which has the same limit; undefined where it is not told. */
  readonly queuedBytes: number | undefined;
  /** Packets that were dropped; a kernel before 4.10 does not say. */
  readonly drops: number | undefined;
}

/** Places of SK_MEMINFO_WMEM_QUEUED and SK_MEMINFO_DROPS. */
const QUEUED = 20;
const DROPS = 32;

/** Undefined where there is too little of it. */
export function decodeMemory(view: DataView, start: number, end: number): SocketMemory | undefined {
  if (end - start < 16) return undefined;
  return {
    receivedBytes: view.getUint32(start, true),
    receiveBufferBytes: view.getUint32(start + 4, true),
    sentBytes: view.getUint32(start + 8, true),
    sendBufferBytes: view.getUint32(start + 12, true),
    queuedBytes: end - start < QUEUED + 4 ? undefined : view.getUint32(start + QUEUED, true),
    drops: end - start < DROPS + 4 ? undefined : view.getUint32(start + DROPS, true),
  };
}

/** Two halves of 32 bits, the lower one first; a bigint beyond 2^53. */
export function decodeCookie(view: DataView, start: number): number | bigint {
  const high = view.getUint32(start + 4, true);
  if (high < 0x200000) return high * 0x100000000 + view.getUint32(start, true);
  return view.getBigUint64(start, true);
}
