/**
 * struct msqid_ds and struct msginfo as the kernel lays them out on its 64-bit little-endian
 * architectures (include/uapi/asm-generic/{ipcbuf,msgbuf}.h). Pure.
 */
import { decodeIpcPerm, encodeIpcPerm, type IpcPerm } from "./ipc-perm.ts";

/** Every field of struct msqid_ds (msgctl(2)), in plain words. Times are seconds since 1970. */
export interface MsqidDs extends IpcPerm {
  readonly sentTime: bigint;
  readonly receivedTime: bigint;
  readonly changedTime: bigint;
  readonly bytes: bigint;
  readonly messages: bigint;
  readonly maxBytes: bigint;
  readonly lastSendPid: number;
  readonly lastReceivePid: number;
}

/** Size of struct msqid_ds. */
export const MSQID_DS_BYTES = 120;

/** Reads a struct msqid_ds of at least MSQID_DS_BYTES. */
export function decodeMsqidDs(view: DataView): MsqidDs {
  return {
    ...decodeIpcPerm(view),
    sentTime: view.getBigInt64(48, true),
    receivedTime: view.getBigInt64(56, true),
    changedTime: view.getBigInt64(64, true),
    bytes: view.getBigUint64(72, true),
    messages: view.getBigUint64(80, true),
    maxBytes: view.getBigUint64(88, true),
    lastSendPid: view.getInt32(96, true),
    lastReceivePid: view.getInt32(100, true),
  };
}

/** Writes every field; what decodeMsqidDs does not read is left as it is. */
export function encodeMsqidDs(view: DataView, queue: MsqidDs): void {
  encodeIpcPerm(view, queue);
  view.setBigInt64(48, queue.sentTime, true);
  view.setBigInt64(56, queue.receivedTime, true);
  view.setBigInt64(64, queue.changedTime, true);
  view.setBigUint64(72, queue.bytes, true);
  view.setBigUint64(80, queue.messages, true);
  view.setBigUint64(88, queue.maxBytes, true);
  view.setInt32(96, queue.lastSendPid, true);
  view.setInt32(100, queue.lastReceivePid, true);
}

/** struct msginfo: of IPC_INFO the limits, of MSG_INFO the use in pool, map and headers. */
export interface Msginfo {
  /** IPC_INFO: unused. MSG_INFO: queues that exist. */
  readonly pool: number;
  /** IPC_INFO: unused. MSG_INFO: messages in all queues. */
  readonly map: number;
  readonly messageBytesMax: number;
  readonly queueBytesMax: number;
  readonly queuesMax: number;
  readonly segmentBytes: number;
  /** IPC_INFO: unused. MSG_INFO: bytes in all queues. */
  readonly headers: number;
  readonly segments: number;
}

/** Reads a struct msginfo (32 bytes). */
export function decodeMsginfo(view: DataView): Msginfo {
  return {
    pool: view.getInt32(0, true),
    map: view.getInt32(4, true),
    messageBytesMax: view.getInt32(8, true),
    queueBytesMax: view.getInt32(12, true),
    queuesMax: view.getInt32(16, true),
    segmentBytes: view.getInt32(20, true),
    headers: view.getInt32(24, true),
    segments: view.getUint16(28, true),
  };
}
