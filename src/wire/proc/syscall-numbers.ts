/**
 * The system calls that a thread may be blocked in for the sake of IPC, by number. The numbers
 * depend on the architecture; what is not in a table is simply not known.
 * A test holds the tables against the system's headers.
 */
import { arm64Files, i386Files, x64Files } from "./file-syscalls.ts";
import type { BlockedSyscall } from "./process-table.ts";

/** A system call by its name, with its arguments in the order of its manual page. */
export interface NamedSyscall {
  /** As in the manual page: a 32-bit variant with 64-bit times has the name of the call. */
  readonly name: string;
  /** Unsigned; undefined where the kernel shows a pointer in place of the value. */
  readonly arguments: readonly (bigint | undefined)[];
  /** The width of the task's words: a negative argument is negative in this width. */
  readonly bits: 32 | 64;
}

type SyscallTable = ReadonlyMap<number, string>;

const x64: SyscallTable = new Map([
  ...x64Files,
  [0, "read"],
  [1, "write"],
  [2, "open"],
  [7, "poll"],
  [17, "pread64"],
  [18, "pwrite64"],
  [19, "readv"],
  [20, "writev"],
  [23, "select"],
  [34, "pause"],
  [35, "nanosleep"],
  [40, "sendfile"],
  [42, "connect"],
  [43, "accept"],
  [44, "sendto"],
  [45, "recvfrom"],
  [46, "sendmsg"],
  [47, "recvmsg"],
  [61, "wait4"],
  [65, "semop"],
  [69, "msgsnd"],
  [70, "msgrcv"],
  [72, "fcntl"],
  [73, "flock"],
  [128, "rt_sigtimedwait"],
  [130, "rt_sigsuspend"],
  [202, "futex"],
  [208, "io_getevents"],
  [219, "restart_syscall"],
  [220, "semtimedop"],
  [230, "clock_nanosleep"],
  [232, "epoll_wait"],
  [242, "mq_timedsend"],
  [243, "mq_timedreceive"],
  [247, "waitid"],
  [257, "openat"],
  [270, "pselect6"],
  [271, "ppoll"],
  [275, "splice"],
  [276, "tee"],
  [278, "vmsplice"],
  [281, "epoll_pwait"],
  [288, "accept4"],
  [295, "preadv"],
  [296, "pwritev"],
  [299, "recvmmsg"],
  [307, "sendmmsg"],
  [327, "preadv2"],
  [328, "pwritev2"],
  [426, "io_uring_enter"],
  [437, "openat2"],
  [441, "epoll_pwait2"],
  [449, "futex_waitv"],
  [455, "futex_wait"],
]);

const arm64: SyscallTable = new Map([
  ...arm64Files,
  [4, "io_getevents"],
  [22, "epoll_pwait"],
  [25, "fcntl"],
  [32, "flock"],
  [56, "openat"],
  [63, "read"],
  [64, "write"],
  [65, "readv"],
  [66, "writev"],
  [67, "pread64"],
  [68, "pwrite64"],
  [69, "preadv"],
  [70, "pwritev"],
  [71, "sendfile"],
  [72, "pselect6"],
  [73, "ppoll"],
  [75, "vmsplice"],
  [76, "splice"],
  [77, "tee"],
  [95, "waitid"],
  [98, "futex"],
  [101, "nanosleep"],
  [115, "clock_nanosleep"],
  [128, "restart_syscall"],
  [133, "rt_sigsuspend"],
  [137, "rt_sigtimedwait"],
  [182, "mq_timedsend"],
  [183, "mq_timedreceive"],
  [188, "msgrcv"],
  [189, "msgsnd"],
  [192, "semtimedop"],
  [193, "semop"],
  [202, "accept"],
  [203, "connect"],
  [206, "sendto"],
  [207, "recvfrom"],
  [211, "sendmsg"],
  [212, "recvmsg"],
  [242, "accept4"],
  [243, "recvmmsg"],
  [260, "wait4"],
  [269, "sendmmsg"],
  [286, "preadv2"],
  [287, "pwritev2"],
  [426, "io_uring_enter"],
  [437, "openat2"],
  [441, "epoll_pwait2"],
  [449, "futex_waitv"],
  [455, "futex_wait"],
]);

const i386: SyscallTable = new Map([
  ...i386Files,
  [0, "restart_syscall"],
  [3, "read"],
  [4, "write"],
  [5, "open"],
  [7, "waitpid"],
  [29, "pause"],
  [55, "fcntl"],
  [72, "sigsuspend"],
  [82, "select"],
  [102, "socketcall"],
  [114, "wait4"],
  [117, "ipc"],
  [142, "_newselect"],
  [143, "flock"],
  [145, "readv"],
  [146, "writev"],
  [162, "nanosleep"],
  [168, "poll"],
  [177, "rt_sigtimedwait"],
  [179, "rt_sigsuspend"],
  [180, "pread64"],
  [181, "pwrite64"],
  [187, "sendfile"],
  [221, "fcntl64"],
  [239, "sendfile64"],
  [240, "futex"],
  [247, "io_getevents"],
  [256, "epoll_wait"],
  [267, "clock_nanosleep"],
  [279, "mq_timedsend"],
  [280, "mq_timedreceive"],
  [284, "waitid"],
  [295, "openat"],
  [308, "pselect6"],
  [309, "ppoll"],
  [313, "splice"],
  [315, "tee"],
  [316, "vmsplice"],
  [319, "epoll_pwait"],
  [333, "preadv"],
  [334, "pwritev"],
  [337, "recvmmsg"],
  [345, "sendmmsg"],
  [362, "connect"],
  [364, "accept4"],
  [369, "sendto"],
  [370, "sendmsg"],
  [371, "recvfrom"],
  [372, "recvmsg"],
  [378, "preadv2"],
  [379, "pwritev2"],
  [400, "msgsnd"],
  [401, "msgrcv"],
  [407, "clock_nanosleep_time64"],
  [413, "pselect6_time64"],
  [414, "ppoll_time64"],
  [417, "recvmmsg_time64"],
  [418, "mq_timedsend_time64"],
  [419, "mq_timedreceive_time64"],
  [420, "semtimedop_time64"],
  [421, "rt_sigtimedwait_time64"],
  [422, "futex_time64"],
  [426, "io_uring_enter"],
  [437, "openat2"],
  [441, "epoll_pwait2"],
  [449, "futex_waitv"],
  [455, "futex_wait"],
]);

const tables: Readonly<
  Record<string, { readonly wide: SyscallTable; readonly narrow?: SyscallTable }>
> = { x64: { wide: x64, narrow: i386 }, arm64: { wide: arm64 } };

/** What ipc(2) of 32-bit x86 multiplexes, by its first argument (include/uapi/linux/ipc.h). */
const SEMOP = 1;
const SEMTIMEDOP = 4;
const MSGSND = 11;
const MSGRCV = 12;

/** The first stack pointer that a 32-bit task cannot have. */
const NARROW_END = 1n << 32n;

/**
 * Names a blocked call; undefined when it is not known. `architecture` is process.arch of the
 * machine that was looked at: "x64" or "arm64". 32-bit tasks are told by their stack pointer.
 */
export function nameSyscall(architecture: string, call: BlockedSyscall): NamedSyscall | undefined {
  const bits = call.stackPointer < NARROW_END ? 32 : 64;
  const known = Object.hasOwn(tables, architecture) ? tables[architecture] : undefined;
  const name = (bits === 64 ? known?.wide : known?.narrow)?.get(call.number);
  if (name === undefined) return undefined;
  if (name === "ipc") return demultiplex(call.arguments);
  return { name: name.replace(/_time64$/, ""), arguments: call.arguments, bits };
}

/** ipc(call, first, second, third, pointer, fifth); the upper half of `call` is a version. */
function demultiplex(values: readonly bigint[]): NamedSyscall | undefined {
  const [call = 0n, first, second, third, pointer, fifth] = values;
  const bits = 32;
  switch (Number(call & 0xffffn)) {
    case SEMOP:
      return { name: "semop", arguments: [first, pointer, second], bits };
    case SEMTIMEDOP:
      return { name: "semtimedop", arguments: [first, pointer, second, fifth], bits };
    case MSGSND:
      return { name: "msgsnd", arguments: [first, pointer, second, third], bits };
    case MSGRCV: {
      // Version 0 keeps the buffer's address and the type in a structure in the task's memory.
      const direct = call >> 16n !== 0n;
      const [buffer, type] = direct ? [pointer, fifth] : [undefined, undefined];
      return { name: "msgrcv", arguments: [first, buffer, second, type, third], bits };
    }
    default:
      return undefined;
  }
}

/** An argument as the signed word that the task passed. */
export function signedArgument(value: bigint, bits: 32 | 64): bigint {
  return BigInt.asIntN(bits, value);
}

/** Every table, for the test that compares them with the headers. */
export const syscallTables: Readonly<Record<"x64" | "i386" | "arm64", SyscallTable>> = {
  x64,
  i386,
  arm64,
};
