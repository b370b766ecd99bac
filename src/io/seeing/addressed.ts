/** The address that a blocked call names: the one it connects to, or sends to. */
import { decodeSockaddr, SOCKADDR_BYTES_MAX, type SocketAddress } from "../../wire/sockaddr.ts";
import type { View } from "../room.ts";
import { type BlockedThread, isStillThere } from "./blocked.ts";

/** Undefined where the call names none, or where its memory may not be read. */
export function addressedBy(view: View, thread: BlockedThread): SocketAddress | undefined {
  switch (thread.call.name) {
    case "connect":
      return sockaddrAt(view, thread, argument(thread, 1), Number(argument(thread, 2)));
    case "sendto":
      return sockaddrAt(view, thread, argument(thread, 4), Number(argument(thread, 5)));
    case "sendmsg":
      return ofMessage(view, thread, argument(thread, 1));
    default:
      return undefined;
  }
}

function argument({ call }: BlockedThread, index: number): bigint {
  return call.arguments[index] ?? 0n;
}

function sockaddrAt(
  view: View,
  thread: BlockedThread,
  address: bigint,
  sizeBytes: number,
): SocketAddress | undefined {
  if (address === 0n || sizeBytes < 3 || sizeBytes > SOCKADDR_BYTES_MAX) return undefined;
  const bytes = view.readMemory(thread.tid, address, sizeBytes);
  // What was read may be of another call, where the thread has gone on since.
  if (bytes?.length !== sizeBytes || !isStillThere(view, thread)) return undefined;
  return decodeSockaddr(bytes);
}

/** The first two members of struct msghdr (recvmsg(2)): an address and its length. */
function ofMessage(view: View, thread: BlockedThread, header: bigint): SocketAddress | undefined {
  const wide = thread.call.bits === 64;
  const bytes = header === 0n ? undefined : view.readMemory(thread.tid, header, wide ? 12 : 8);
  if (bytes?.length !== (wide ? 12 : 8)) return undefined;
  const head = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const address = wide ? head.getBigUint64(0, true) : BigInt(head.getUint32(0, true));
  return sockaddrAt(view, thread, address, head.getUint32(wide ? 8 : 4, true));
}
