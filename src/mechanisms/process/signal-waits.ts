/** Who waits for a signal: sigwaitinfo(2), sigsuspend(2), pause(2). */
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import {
  type BlockedThread,
  blockedThreads,
  isStillThere,
  sinceUnknown,
} from "../../io/seeing/blocked.ts";
import { signalName, signalsIn } from "../../wire/signal-set.ts";

/** Where a call keeps its set, and what the set means. */
interface Call {
  readonly name: string;
  /** "awaited": these end it; "blocked": all but these do; "none": there is no set. */
  readonly set: "awaited" | "blocked" | "none";
  /** Where the address of a limit of time is. */
  readonly timeout?: number;
}

const calls: readonly Call[] = [
  { name: "rt_sigtimedwait", set: "awaited", timeout: 2 },
  { name: "rt_sigsuspend", set: "blocked" },
  { name: "sigsuspend", set: "none" },
  { name: "pause", set: "none" },
];

/** More names than these are said the other way round, or counted. */
const NAMES_MAX = 8;

/** Every wait for a signal: its object is the process itself, "pid:N". */
export function signalWaits(view: View): readonly Wait[] {
  return calls.flatMap((call) =>
    blockedThreads(view, call.name).map((thread) => waitOf(view, thread, call)),
  );
}

function waitOf(view: View, thread: BlockedThread, { set, timeout }: Call): Wait {
  const { process, tid, call } = thread;
  const signals = set === "none" ? undefined : signalsOf(view, thread);
  const isTimed = timeout !== undefined && (call.arguments[timeout] ?? 0n) !== 0n;
  const unread =
    set === "none" || signals !== undefined ? {} : { signals: "its memory may not be read" };
  return {
    pid: process.pid,
    tid,
    object: `pid:${process.pid}`,
    operation: "wait",
    syscall: call.name,
    ...(isTimed ? { isTimed } : {}),
    need: signals === undefined ? {} : { [set]: signals.map(signalName) },
    text: textOf(set, signals),
    unknown: { ...sinceUnknown, ...unread },
  };
}

/** Eight bytes in the memory of the one who waits. */
function signalsOf(view: View, thread: BlockedThread): readonly number[] | undefined {
  const [address] = thread.call.arguments;
  const memory = address === undefined ? undefined : view.readMemory(thread.tid, address, 8);
  // What was read may be of another call, where the thread has gone on since.
  if (memory?.length !== 8 || !isStillThere(view, thread)) return undefined;
  const bytes = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  return signalsIn(bytes.getBigUint64(0, true));
}

function textOf(set: Call["set"], signals: readonly number[] | undefined): string {
  if (signals === undefined || set === "none") return "a signal";
  if (set === "awaited") return `a signal: ${listed(signals)}`;
  return signals.length === 0 ? "any signal" : `any signal but ${listed(signals)}`;
}

function listed(signals: readonly number[]): string {
  const shown = signals.slice(0, NAMES_MAX).map(signalName).join(", ");
  const more = signals.length - NAMES_MAX;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
