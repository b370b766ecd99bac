/** System V shared memory as the command handles it: what can be done, with which options. */
import type {
  AddressRequest,
  Kind,
  MakeRequest,
  Option,
  PeekRequest,
  Received,
} from "../../io/room.ts";
import { parseSysvAddress } from "../../io/sysv/address.ts";
import { checkCount } from "../../io/sysv/options.ts";
import { keyIn, makeOptions, newObject, numberIn } from "../../io/sysv/verb-options.ts";
import { outOfRange } from "../../sys/errors.ts";
import { openSysvAddress } from "./sysv-address.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

const optionsToMake: readonly Option[] = [
  ...makeOptions,
  {
    name: "size",
    type: "integer",
    value: "BYTES",
    description: "how many bytes it has; has to be given",
  },
  {
    name: "huge-pages",
    type: "integer",
    value: "BYTES",
    description: "of huge pages of this size; 0: of the default size",
  },
  {
    name: "no-reserve",
    type: "flag",
    description: "without swap space reserved for it",
  },
];

/** How much peek shows unless it is told. */
const PEEK_BYTES = 256;
/** What is to be printed has to fit into a string, also in base64. */
const PEEK_BYTES_MAX = 2 ** 28;

const peekOptions: readonly Option[] = [
  {
    name: "offset",
    type: "integer",
    value: "BYTES",
    description: "begin so far into it (default 0)",
  },
  {
    name: "size",
    type: "integer",
    value: "BYTES",
    description: `show so many bytes (default ${PEEK_BYTES}); looking counts as an attachment`,
  },
];

/** The kind "shm". */
export const sysvSharedMemoryKind: Kind = {
  name: "shm",
  title: "System V shared memory",
  forms: ["shm:ID", "shm:0xKEY"],
  parse: (rest) => parseSysvAddress("shm", rest),
  make: { options: optionsToMake, run: make },
  remove: { options: [], run: remove },
  peek: { options: peekOptions, run: peek },
};

async function make({ options }: MakeRequest): Promise<string> {
  const sizeBytes = numberIn(options, "size");
  if (sizeBytes === undefined) throw outOfRange("size", "how many bytes (--size)", "none");
  const pageBytes = numberIn(options, "huge-pages");
  using segment = SysvSharedMemory.open(keyIn(options), {
    ...newObject(options),
    sizeBytes,
    hugePages: pageBytes === 0 ? true : pageBytes,
    noReserve: options["no-reserve"] === true,
  });
  return `shm:${segment.id}`;
}

async function remove({ address }: AddressRequest): Promise<void> {
  using segment = openSysvAddress(address);
  segment.remove();
}

/** Attaches it for reading, for a moment: the kernel notes who did, and when. */
async function peek({ address, options }: PeekRequest): Promise<readonly Received[]> {
  const offset = numberIn(options, "offset") ?? 0;
  using segment = openSysvAddress(address);
  using memory = segment.attach({ readOnly: true });
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= memory.sizeBytes) {
    throw outOfRange("offset", `0 to ${memory.sizeBytes - 1}`, offset);
  }
  const size = numberIn(options, "size") ?? PEEK_BYTES;
  checkCount("size", size, PEEK_BYTES_MAX);
  const data = memory.read(offset, Math.min(size, memory.sizeBytes - offset));
  return [{ data, about: { offset } }];
}
