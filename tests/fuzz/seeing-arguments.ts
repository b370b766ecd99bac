/** Arguments with which the calls that look at other processes and at sockets reach the kernel. */
import type { Random } from "../harness/seed.ts";
import type { Makers, Memory } from "./semaphore-arguments.ts";

const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** Descriptors that we opened. */
interface Descriptors {
  /** One that does not block. */
  readonly descriptor: () => number;
  /** One of whatever it is. */
  readonly any: () => number;
}

/** All of them. */
export function seeingMakers(random: Random, memory: Memory, own: Descriptors): Makers {
  return {
    ...processMakers(random, memory, own),
    ...socketMakers(random, memory, own),
    ...walkMakers(random),
  };
}

function processMakers(random: Random, memory: Memory, { any }: Descriptors): Makers {
  const { integer, pick } = random;
  return {
    pidfd_open: () => [pick([process.pid, 1, integer(1, 400)]), pick([0, O_NONBLOCK, 1])],
    pidfd_getfd: () => [any(), integer(0, 64), pick([0, 0, 0, 1])],
    fcntl_get_seals: () => [any()],
    memfd_create: () => [...nameIn(random, memory), pick([0, 1, 3, 4, 1 << 30, 2 ** 32 - 1])],
    kcmp_file: () => {
      const pid = pick([process.pid, 1, 0, -1, integer(1, 400)]);
      return [process.pid, integer(0, 300), pid, integer(0, 300)];
    },
    statx_descriptor: () => [pick([process.pid, 1]), integer(0, 64), ...memory.span(256)],
    handle_paths: () => [...memory.span(8_400), integer(0, 1)],
    kcmp_files: () => {
      const [region, offset] = memory.span(1_200);
      return [region, offset & ~3, integer(0, 100)];
    },
    process_vm_readv: () => {
      const pid = pick([process.pid, 1, 0, -1, integer(1, 400)]);
      const address = [integer(0, 0xffff), integer(0, 2 ** 32 - 1)];
      return [pid, ...address, ...memory.span(4_096), integer(0, 4_096)];
    },
  };
}

/** Any bytes of any length, with a 0 at the end. */
export function nameIn(random: Random, memory: Memory): unknown[] {
  const size = random.integer(1, 300);
  const [region, offset] = memory.span(size);
  const buffer = memory.bytesOf(region);
  if (buffer !== undefined) new Uint8Array(buffer)[offset + size - 1] = 0;
  return [region, offset, size];
}

/** Sockets that ask the kernel for sockets, most of the time; none of them blocks. */
function socketMakers(random: Random, memory: Memory, { descriptor }: Descriptors): Makers {
  const { integer, pick } = random;
  const type = (): number => pick([1, 2, 3, 5]) | O_NONBLOCK | O_CLOEXEC;
  return {
    socket: () =>
      pick([
        [16, 3 | O_NONBLOCK | O_CLOEXEC, 4],
        [integer(0, 46), type(), integer(0, 20)],
      ]),
    sendto: () => [descriptor(), ...memory.span(64), integer(0, 64), pick([0, 0x40, 0x4040])],
    recvfrom: () => [descriptor(), ...memory.span(64), integer(0, 64), pick([0, 2, 0x20])],
  };
}

function walkMakers({ integer }: Random): Makers {
  return {
    walkBegin: () => [integer(0, 31)],
    walkEventfd: () => [integer(0, 15)],
    walkNext: () => [integer(0, 15)],
    walkRescue: () => [integer(0, 15)],
    walkEnd: () => [integer(0, 15)],
  };
}
