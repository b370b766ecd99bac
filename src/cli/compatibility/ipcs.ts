/** `ipcs`: shows the System V objects, as util-linux's does. */
import { type CommandLine, information, readCommandLine } from "./command-line.ts";
import type { Given } from "./getopt.ts";
import type { Kind, Section } from "./ipcs/kind.ts";
import { messageQueues } from "./ipcs/queues.ts";
import { sharedMemory } from "./ipcs/segments.ts";
import { semaphores } from "./ipcs/semaphores.ts";
import { intOrStop } from "./numbers.ts";
import { type Ending, fatal, type Streams } from "./program.ts";
import type { Unit } from "./sizes.ts";

const line: CommandLine = {
  summary: "Shows the System V message queues, shared memory and semaphores.",
  forms: ["[-m] [-q] [-s] [-t|-p|-c|-l|-u] [-b|--human]", "-m|-q|-s -i ID"],
  options: [
    { letter: "i", long: "id", takes: "value", value: "ID", meaning: "all about one object" },
    { letter: "q", long: "queues", takes: "nothing", meaning: "message queues" },
    { letter: "m", long: "shmems", takes: "nothing", meaning: "shared memory" },
    { letter: "s", long: "semaphores", takes: "nothing", meaning: "semaphores" },
    { letter: "a", long: "all", takes: "nothing", meaning: "all three (the default)" },
    { letter: "t", long: "time", takes: "nothing", meaning: "when each was used and changed" },
    { letter: "p", long: "pid", takes: "nothing", meaning: "which processes made and used each" },
    { letter: "c", long: "creator", takes: "nothing", meaning: "who made and who owns each" },
    { letter: "l", long: "limits", takes: "nothing", meaning: "what the kernel allows" },
    { letter: "u", long: "summary", takes: "nothing", meaning: "what all of them use together" },
    { letter: "human", long: "human", takes: "nothing", meaning: "sizes such as 1.5K" },
    { letter: "b", long: "bytes", takes: "nothing", meaning: "sizes in bytes" },
    ...information,
  ],
  notes: "Of several of -t, -p, -c, -l and -u the last one counts.",
};

/** What was asked for. */
interface Asked {
  /** Every kind that an option named, or none. */
  readonly kinds: ReadonlySet<Kind>;
  readonly section: Section;
  readonly unit: Unit;
  readonly id: number | undefined;
}

const everything = [messageQueues, sharedMemory, semaphores];

const kindsOf: Readonly<Record<string, readonly Kind[]>> = {
  q: [messageQueues],
  m: [sharedMemory],
  s: [semaphores],
  a: everything,
};

const changeOf: Readonly<Record<string, Partial<Asked>>> = {
  t: { section: "times" },
  p: { section: "pids" },
  c: { section: "creators" },
  l: { section: "limits" },
  u: { section: "summary" },
  human: { unit: "human" },
  b: { unit: "bytes" },
};

/** The program. Operands are passed over. */
export function ipcs(words: readonly string[], streams: Streams): Ending {
  let asked: Asked = { kinds: new Set(), section: "objects", unit: "default", id: undefined };
  readCommandLine(words, line, streams, (option) => {
    asked = withOption(asked, option);
  });
  const { kinds, id } = asked;
  if (id === undefined) showSections(asked, streams);
  else if (kinds.size === 1) for (const kind of kinds) kind.details(id, asked.unit, streams);
  else throw fatal("when using an ID, a single resource must be specified");
  return 0;
}

function withOption(asked: Asked, { letter, value = "" }: Given): Asked {
  if (letter === "i") return { ...asked, id: intOrStop(value, "failed to parse id argument") };
  const kinds = new Set([...asked.kinds, ...(kindsOf[letter] ?? [])]);
  return { ...asked, kinds, ...changeOf[letter] };
}

function showSections({ kinds, section, unit }: Asked, streams: Streams): void {
  const asked = everything.filter((kind) => kinds.size === 0 || kinds.has(kind));
  streams.print("\n");
  for (const kind of asked) streams.print(`${kind.section(section, unit)}\n`);
}
