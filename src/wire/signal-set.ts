/** Sets of signals as the kernel keeps them: bit N - 1 stands for signal N. */

/** The signals of x86 and arm64, by number from 1 (signal(7)). */
const names: readonly string[] = [
  ...["SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE"],
  ...["SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT"],
  ...["SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU"],
  ...["SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS"],
];

/** The kernel's first real-time signal; the C library keeps the first two or three for itself. */
const FIRST_REAL_TIME = 32;
const LAST = 64;

/** glibc's SIGRTMIN. */
const SIGRTMIN = 34;

/** "SIGTERM", "SIGRTMIN+3"; of the two that glibc uses itself, "signal 32". */
export function signalName(number: number): string {
  const name = names[number - 1];
  if (name !== undefined) return name;
  if (number < SIGRTMIN || number > LAST) return `signal ${number}`;
  return number === SIGRTMIN ? "SIGRTMIN" : `SIGRTMIN+${number - SIGRTMIN}`;
}

/** The numbers in a set, in ascending order. */
export function signalsIn(set: bigint): readonly number[] {
  const numbers: number[] = [];
  for (let number = 1; number <= LAST; number++) {
    if ((set & (1n << BigInt(number - 1))) !== 0n) numbers.push(number);
  }
  return numbers;
}

/** The set of these numbers. */
export function signalSet(numbers: readonly number[]): bigint {
  return numbers.reduce((set, number) => set | (1n << BigInt(number - 1)), 0n);
}

/** True for a signal that is queued, and so never lost when it comes twice. */
export function isRealTime(number: number): boolean {
  return number >= FIRST_REAL_TIME && number <= LAST;
}
