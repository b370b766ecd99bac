/** /proc/PID/task/TID/syscall: what a thread is blocked in. */

/** The three things the kernel may say (fs/proc/base.c, proc_pid_syscall). */
export type ThreadSyscall =
  | { readonly state: "running" }
  /** Blocked, but not by a system call: in a page fault, for example. */
  | { readonly state: "blocked"; readonly stackPointer: bigint; readonly programCounter: bigint }
  | {
      readonly state: "syscall";
      /** The kernel's number, which depends on the architecture. */
      readonly number: number;
      /** Six unsigned values of 64 bits. */
      readonly arguments: readonly bigint[];
      readonly stackPointer: bigint;
      readonly programCounter: bigint;
    };

/** Undefined when the text is none of the three. */
export function decodeSyscall(text: string): ThreadSyscall | undefined {
  const line = text.endsWith("\n") ? text.slice(0, -1) : text;
  if (line === "running") return { state: "running" };
  const words = line.split(" ");
  const values = words.slice(1);
  if (!values.every((word) => /^0x[0-9a-f]{1,16}$/.test(word))) return undefined;
  const [stackPointer, programCounter] = values.slice(-2).map(BigInt);
  if (stackPointer === undefined || programCounter === undefined) return undefined;
  if (words[0] === "-1" && values.length === 2) {
    return { state: "blocked", stackPointer, programCounter };
  }
  if (!/^(0|[1-9]\d{0,9})$/.test(words[0] ?? "") || values.length !== 8) return undefined;
  const registers = values.slice(0, 6).map(BigInt);
  const number = Number(words[0]);
  return { state: "syscall", number, arguments: registers, stackPointer, programCounter };
}

/** The line, as the kernel writes it. */
export function encodeSyscall(syscall: ThreadSyscall): string {
  if (syscall.state === "running") return "running\n";
  const place = [syscall.stackPointer, syscall.programCounter];
  const values = syscall.state === "syscall" ? [...syscall.arguments, ...place] : place;
  const number = syscall.state === "syscall" ? syscall.number : -1;
  return `${number} ${values.map((value) => `0x${value.toString(16)}`).join(" ")}\n`;
}
