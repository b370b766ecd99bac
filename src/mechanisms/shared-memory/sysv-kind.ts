/** System V shared memory as the command handles it: what can be done, with which options. */
import type {
  AddressRequest,
  Kind,
  MakeRequest,
  Option,
  Options,
  PeekRequest,
  Received,
} from "../../io/room.ts";
import { parseSysvAddress } from "../../io/sysv/address.ts";
import { outOfRange } from "../../sys/errors.ts";
import { openSysvAddress } from "./sysv-address.ts";
import { SysvSharedMemory } from "./sysv-shared-memory.ts";

const makeOptions: readonly Option[] = [
  {
    name: "key",
    type: "integer",
    value: "KEY",
    description: "its key; without it, only its id finds it",
  },
  {
    name: "mode",
    type: "octal",
    value: "MODE",
    description: "permission bits in octal (default 600)",
  },
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
  make: { options: makeOptions, run: make },
  remove: { options: [], run: remove },
  peek: { options: peekOptions, run: peek },
};

async function make({ options }: MakeRequest): Promise<string> {
  const sizeBytes = numberOf(options, "size");
  if (sizeBytes === undefined) throw outOfRange("size", "how many bytes (--size)", "none");
  const pageBytes = numberOf(options, "huge-pages");
  using segment = SysvSharedMemory.open(numberOf(options, "key") ?? 0, {
    create: true,
    exclusive: true,
    mode: numberOf(options, "mode"),
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
  const offset = numberOf(options, "offset") ?? 0;
  using segment = openSysvAddress(address);
  using memory = segment.attach({ readOnly: true });
  if (!Number.isSafeInteger(offset) || offset < 0 || offset >= memory.sizeBytes) {
    throw outOfRange("offset", `0 to ${memory.sizeBytes - 1}`, offset);
  }
  const size = numberOf(options, "size") ?? PEEK_BYTES;
  const data = memory.read(offset, Math.min(size, memory.sizeBytes - offset));
  return [{ data, about: { offset } }];
}

/** A number beyond 2^53 is no key, mode or size: the calls refuse it. */
function numberOf(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}
