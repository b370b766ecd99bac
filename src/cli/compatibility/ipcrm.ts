/** `ipcrm`: removes System V objects, as util-linux's does, in its present syntax and its first. */
import { type CommandLine, information, readCommandLine } from "./command-line.ts";
import type { Given } from "./getopt.ts";
import {
  type Kind,
  kinds,
  type Outcome,
  type Removing,
  removeAll,
  removeId,
  removeKey,
} from "./ipcrm/removal.ts";
import { asInt, intOrStop, strtoul } from "./numbers.ts";
import {
  type Ending,
  type Errno,
  FAILED,
  fatal,
  type Streams,
  warn,
  wrongUsage,
} from "./program.ts";

const line: CommandLine = {
  summary: "Removes System V shared memory, message queues and semaphores.",
  forms: ["OPTIONS", "shm|msg|sem ID ..."],
  options: [
    { letter: "m", long: "shmem-id", takes: "value", value: "ID", meaning: "this segment" },
    { letter: "M", long: "shmem-key", takes: "value", value: "KEY", meaning: "the key's segment" },
    { letter: "q", long: "queue-id", takes: "value", value: "ID", meaning: "this message queue" },
    { letter: "Q", long: "queue-key", takes: "value", value: "KEY", meaning: "the key's queue" },
    { letter: "s", long: "semaphore-id", takes: "value", value: "ID", meaning: "this set" },
    { letter: "S", long: "semaphore-key", takes: "value", value: "KEY", meaning: "the key's set" },
    {
      letter: "a",
      long: "all",
      takes: "perhaps",
      value: "shm|msg|sem",
      meaning: "all (of a kind)",
    },
    { letter: "v", long: "verbose", takes: "nothing", meaning: "say what is removed" },
    ...information,
  ],
  notes: "Options may be repeated. A key is decimal, 0x... or octal with a leading 0.",
};

/** The program. Without a word it does nothing, and later versions call that a bad usage. */
export function ipcrm(words: readonly string[], streams: Streams): Ending {
  const [first = "", ...ids] = words;
  if (words.length === 0) return 0;
  const kind = kindNamed(first);
  return kind === undefined ? remove(words, streams) : removeInFirstSyntax(kind, ids, streams);
}

function kindNamed(name: string): Kind | undefined {
  return name === "shm" || name === "sem" || name === "msg" ? kinds[name] : undefined;
}

/** `ipcrm shm 1 2 3`. What an int does not hold of an id is lost, and no text at all is 0. */
function removeInFirstSyntax(kind: Kind, ids: readonly string[], streams: Streams): Ending {
  if (ids.length === 0) throw wrongUsage("not enough arguments");
  let failed = false;
  for (const id of ids) {
    const { value, rest, isOutOfRange } = strtoul(id, 10);
    const isId = !isOutOfRange && rest === "";
    if (!isId) warn(streams, `invalid id: ${id}`);
    const isGone =
      isId && !removeId(kind, asInt(value), "id", { streams, isVerbose: false }).failed;
    failed ||= !isGone;
  }
  if (!failed) streams.print("resource(s) deleted\n");
  return failed ? FAILED : 0;
}

/** How far the options have come. */
interface Progress extends Removing {
  readonly failed: boolean;
  readonly errno: Errno;
  /** What is to be removed once all options are read. */
  readonly all: readonly Kind[];
}

function remove(words: readonly string[], streams: Streams): Ending {
  let now: Progress = { streams, isVerbose: false, failed: false, errno: "", all: [] };
  const [operand] = readCommandLine(words, line, streams, (option) => {
    now = { ...now, ...changeBy(option, now) };
  });
  for (const kind of now.all) if (removeAll(kind, now)) now = { ...now, failed: true };
  if (operand !== undefined) throw wrongUsage(`unknown argument: ${operand}`);
  return now.failed ? FAILED : 0;
}

function changeBy({ letter, value }: Given, now: Progress): Partial<Progress> {
  if (letter === "v") return { isVerbose: true };
  if (letter === "a") return { all: allOf(value) };
  const { failed, errno } = removeOne(letter, value ?? "", now);
  return { failed: now.failed || failed, errno };
}

function allOf(name: string | undefined): readonly Kind[] {
  if (name === undefined) return Object.values(kinds);
  const kind = kindNamed(name);
  if (kind === undefined) throw fatal(`unknown argument: ${name}`);
  return [kind];
}

const kindOf: Readonly<Record<string, Kind>> = { m: kinds.shm, q: kinds.msg, s: kinds.sem };

/** A small letter is an id's, a capital a key's. */
function removeOne(letter: string, value: string, now: Progress): Outcome {
  const kind = kindOf[letter.toLowerCase()] ?? kinds.shm;
  if (letter !== letter.toLowerCase()) return removeKey(kind, value, now.errno, now);
  return removeId(kind, intOrStop(value, "failed to parse argument"), "id", now);
}
