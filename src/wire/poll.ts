/** The arrays that poll(2) and select(2) wait by, as they lie in the memory of whoever waits. */

/** One struct pollfd, as far as it is asked by. */
export interface Polled {
  readonly fd: number;
  /** Readable, urgent data, or the peer's end of writing. */
  readonly read: boolean;
  readonly write: boolean;
}

/** Bytes of a struct pollfd. */
export const POLLFD_BYTES = 8;

/** include/uapi/asm-generic/poll.h */
const READING = 0x0001 | 0x0002 | 0x0040 | 0x0080 | 0x2000;
const WRITING = 0x0004 | 0x0100 | 0x0200;

/** The entries that are waited for: a negative descriptor is passed over, as the kernel does. */
export function decodePollfds(bytes: Uint8Array): readonly Polled[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const polled: Polled[] = [];
  for (let at = 0; at + POLLFD_BYTES <= bytes.byteLength; at += POLLFD_BYTES) {
    const fd = view.getInt32(at, true);
    const events = view.getUint16(at + 4, true);
    if (fd < 0) continue;
    polled.push({ fd, read: (events & READING) !== 0, write: (events & WRITING) !== 0 });
  }
  return polled;
}

/** The descriptors in an fd_set: words of little-endian bits. */
export function decodeFdSet(bytes: Uint8Array): readonly number[] {
  const fds: number[] = [];
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit++) if ((byte & (1 << bit)) !== 0) fds.push(index * 8 + bit);
  }
  return fds;
}
