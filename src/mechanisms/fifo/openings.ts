/**
 * Who waits in open(2) of a FIFO for somebody to open the other end. No descriptor is there yet: the
 * name is read from the memory of who waits, and looked up from where that one stands.
 */
import type { View } from "../../io/room.ts";
import { type BlockedThread, blockedThreads, isStillThere } from "../../io/seeing/blocked.ts";
import { fileFrom, type Place } from "../../io/seeing/places.ts";
import { wchan } from "../../sys/wchan.ts";
import { signedArgument } from "../../wire/proc/syscall-numbers.ts";
import { type Fifo, fifoOf } from "./open-fifos.ts";

/** A thread that has a FIFO half open. */
export interface Opening {
  readonly thread: BlockedThread;
  /** For which end it opens. */
  readonly end: "read" | "write";
  readonly fifo: Fifo;
  /** Its name in our mount namespace, as far as it has one. */
  readonly path: string | undefined;
}

/** What a search through the blocked threads gave. */
export interface Openings {
  readonly found: readonly Opening[];
  /** Threads that do open a FIFO, and it is not known which. */
  readonly nameless: number;
  /** Threads that were not looked at, being too many. */
  readonly passedOver: number;
}

/** Anybody may start thousands of them; 50 µs each. */
const OPENINGS_MAX = 2048;

/** Where the calls have what: the number of the argument. */
interface Arguments {
  readonly directory?: number;
  readonly path: number;
  /** The flags, or with `how` the address of a struct open_how, which begins with them. */
  readonly flags?: number;
  readonly how?: number;
}

const calls: ReadonlyMap<string, Arguments> = new Map<string, Arguments>([
  ["open", { path: 0, flags: 1 }],
  ["creat", { path: 0 }],
  ["openat", { directory: 0, path: 1, flags: 2 }],
  ["openat2", { directory: 0, path: 1, how: 2 }],
]);

/** Every thread that waits so, in the order of the calls and of the walk. */
export function openings(view: View): Openings {
  const threads = [...calls.keys()].flatMap((name) => blockedThreads(view, name));
  const found: Opening[] = [];
  let nameless = 0;
  for (const thread of threads.slice(0, OPENINGS_MAX)) {
    const opening = openingOf(view, thread);
    if (opening !== undefined) found.push(opening);
    else if (isAtFifo(thread)) nameless++;
  }
  return { found, nameless, passedOver: Math.max(0, threads.length - OPENINGS_MAX) };
}

/** Undefined where it is no FIFO that is opened, or one that is not found. */
function openingOf(view: View, thread: BlockedThread): Opening | undefined {
  const known = calls.get(thread.call.name);
  const end = known && endOf(view, thread, known);
  if (known === undefined || end === undefined) return undefined;
  const name = readName(view, thread.tid, thread.call.arguments[known.path] ?? 0n);
  if (name === undefined || !isStillThere(view, thread)) return undefined;
  const file = fileFrom(view, placeOf(thread, known, name), name);
  if (file?.status.type !== "fifo") return undefined;
  return { thread, end, fifo: fifoOf(file.status), path: file.path };
}

/** The names of that function change from kernel to kernel; what is opened decides. */
function isAtFifo({ process, tid }: BlockedThread): boolean {
  return /partner/.test(wchan(process.pid, tid) ?? "");
}

const O_ACCMODE = 3n;

/** Undefined for both ends, which nobody waits for, and for what could not be read. */
function endOf(
  view: View,
  { tid, call }: BlockedThread,
  known: Arguments,
): Opening["end"] | undefined {
  if (known.flags === undefined && known.how === undefined) return "write";
  const flags =
    known.flags === undefined
      ? readWord(view, tid, call.arguments[known.how ?? -1] ?? 0n)
      : call.arguments[known.flags];
  if (flags === undefined) return undefined;
  return flags % (O_ACCMODE + 1n) === 0n
    ? "read"
    : flags % (O_ACCMODE + 1n) === 1n
      ? "write"
      : undefined;
}

function readWord(view: View, tid: number, address: bigint): bigint | undefined {
  const bytes = view.readMemory(tid, address, 8);
  if (bytes?.length !== 8) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
}

const PATH_MAX = 4096;
/** A name may end where memory does, and memory ends with a page. */
const PAGE = 4096;

/** The bytes of a name before the zero; undefined where there is none. */
function readName(view: View, tid: number, address: bigint): Uint8Array | undefined {
  let name = new Uint8Array();
  while (name.length < PATH_MAX) {
    const at = address + BigInt(name.length);
    const size = PAGE - Number(at % BigInt(PAGE));
    const piece = view.readMemory(tid, at, size);
    if (piece === undefined || piece.length === 0) return undefined;
    const end = piece.indexOf(0);
    name = Buffer.concat([name, end < 0 ? piece : piece.subarray(0, end)]);
    if (end >= 0) return name.length === 0 ? undefined : name;
  }
  return undefined;
}

const SLASH = 0x2f;
const AT_FDCWD = -100n;

function placeOf({ process, tid, call }: BlockedThread, known: Arguments, name: Uint8Array): Place {
  const given = known.directory === undefined ? undefined : call.arguments[known.directory];
  const directory = given === undefined ? AT_FDCWD : signedArgument(given, 32);
  if (name[0] === SLASH) return { process, tid, link: "root" };
  return { process, tid, link: directory === AT_FDCWD ? "cwd" : `fd/${Number(directory)}` };
}
