/** Arguments with which the calls about other namespaces and POSIX queues reach the kernel. */
import type { Random } from "../harness/seed.ts";
import { nameIn } from "./seeing-arguments.ts";
import type { Makers, Memory } from "./semaphore-arguments.ts";

const CLONE_NEWIPC = 0x08000000;
const CLONE_NEWNET = 0x40000000;
const O_CREAT = 0o100;
const O_NONBLOCK = 0o4000;
const O_CLOEXEC = 0o2000000;

/** Descriptors that we opened. */
interface Descriptors {
  /** Most often of a namespace. */
  readonly namespace: () => number;
  /** One of whatever it is. */
  readonly any: () => number;
}

/** All of them. */
export function abroadMakers(random: Random, memory: Memory, own: Descriptors): Makers {
  const { integer, pick, chance } = random;
  const place = (): unknown[] => [
    chance(0.4) ? -1 : own.namespace(),
    pick([CLONE_NEWIPC, CLONE_NEWNET]),
  ];
  const name = (): unknown[] => nameIn(random, memory);
  return {
    abroadOpen: () => [...place(), ...name()],
    abroadQueue: () => [...place(), ...name()],
    abroadSocket: () => [...place(), pick([1, 2, 16]), pick([1, 2, 3]) | O_NONBLOCK, integer(0, 4)],
    abroadMqueue: () => place(),
    abroadEnter: () => [own.namespace(), pick([CLONE_NEWIPC, CLONE_NEWNET])],
    abroadLeave: () => [],
    abroadFusectl: () => [],
    mq_open: () => {
      const flags = pick([0, 1, 2]) | O_NONBLOCK | O_CLOEXEC | pick([0, O_CREAT]);
      return [...name(), flags, 0o600, pick([0, 1, -1]), integer(0, 64)];
    },
    mq_unlink: () => name(),
    mq_getattr: () => [own.any(), ...memory.span(32)],
  };
}
