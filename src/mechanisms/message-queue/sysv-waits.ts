/** Who is blocked in msgsnd(2) or msgrcv(2), decoded from the system call of each thread. */
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import { type BlockedCall, blockedIn } from "../../io/sysv/here.ts";
import { MSG_EXCEPT, TYPE_BYTES } from "../../sys/msg.ts";
import { type NamedSyscall, signedArgument } from "../../wire/proc/syscall-numbers.ts";

/** A blocked sender: the type is null where its memory may not be read. */
export interface SendWait extends Wait {
  readonly operation: "send";
  readonly need: { readonly type: number | bigint | null; readonly bytes: number };
}

/** A blocked receiver: what it accepts. */
export interface ReceiveWait extends Wait {
  readonly operation: "receive";
  readonly need: {
    readonly type: number | bigint;
    /** True: any type but that one. */
    readonly except: boolean;
    readonly maxBytes: number;
  };
}

const sinceUnknown = { since: "the kernel does not record when a wait began" };

/** The waits of every process that shares our IPC namespace: elsewhere the ids mean other queues. */
export function sysvWaits(view: View): (SendWait | ReceiveWait)[] {
  return blockedIn(view, ["msgsnd", "msgrcv"]).flatMap((blocked) => {
    const { pid, tid, call } = blocked;
    const isSend = call.name === "msgsnd";
    return (isSend ? sendWait(view, blocked) : receiveWait(pid, tid, call)) ?? [];
  });
}

/** msgsnd(msqid, msgp, msgsz, msgflg): the type is the first word at msgp. */
function sendWait(view: View, { pid, tid, call, syscall }: BlockedCall): SendWait | undefined {
  const [id, pointer, size] = call.arguments;
  if (id === undefined || pointer === undefined || size === undefined) return undefined;
  const memory = view.readMemory(tid, pointer, call.bits === 64 ? TYPE_BYTES : 4);
  // What was read may be of another call, where the thread has gone on since.
  if (memory !== undefined && !view.isBlocked(pid, tid, syscall)) return undefined;
  const type = memory === undefined ? null : typeAt(memory, call.bits);
  const bytes = Number(size);
  return {
    pid,
    tid,
    object: `msg:${Number(signedArgument(id, 32))}`,
    operation: "send",
    syscall: "msgsnd",
    need: { type, bytes },
    text: `room for ${bytes} bytes${type === null ? "" : ` of type ${type}`}`,
    unknown: type === null ? { ...sinceUnknown, type: "its memory may not be read" } : sinceUnknown,
  };
}

function typeAt(memory: Uint8Array, bits: 32 | 64): number | bigint | null {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  if (memory.byteLength < bits / 8) return null;
  return bits === 32 ? view.getInt32(0, true) : plain(view.getBigInt64(0, true));
}

/** msgrcv(msqid, msgp, msgsz, msgtyp, msgflg) */
function receiveWait(pid: number, tid: number, call: NamedSyscall): ReceiveWait | undefined {
  const [id, , size, wanted, flags] = call.arguments;
  if (id === undefined || size === undefined || wanted === undefined || flags === undefined) {
    return undefined;
  }
  const type = plain(signedArgument(wanted, call.bits));
  const except = (Number(flags & 0xffffffffn) & MSG_EXCEPT) !== 0 && type > 0;
  return {
    pid,
    tid,
    object: `msg:${Number(signedArgument(id, 32))}`,
    operation: "receive",
    syscall: "msgrcv",
    need: { type, except, maxBytes: Number(size) },
    text: wantedText(type, except),
    unknown: sinceUnknown,
  };
}

/** "a message of type 7", as it stands behind "waits for". */
function wantedText(type: number | bigint, except: boolean): string {
  if (type === 0) return "a message of any type";
  if (type < 0) return `a message of a type up to ${-type}`;
  return `a message of ${except ? "any type but" : "type"} ${type}`;
}

/** Whether msgrcv with this selection takes a message of that type. */
export function accepts({ need }: ReceiveWait, type: number | bigint): boolean {
  if (need.type === 0) return true;
  if (need.type < 0) return type <= -need.type;
  return need.except ? type !== need.type : type === need.type;
}

function plain(value: bigint): number | bigint {
  const safe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return safe ? Number(value) : value;
}
