/** A peer that is blocked in a system call, as the kernel tells. */
import { readFileSync } from "node:fs";
import { decodeSyscall } from "../../src/wire/proc/syscall.ts";
import { nameSyscall } from "../../src/wire/proc/syscall-numbers.ts";
import { until } from "../harness/deadline.ts";

/** Resolves when the process's first thread is blocked in one of these calls. */
export async function blockedIn(pid: number, ...names: readonly string[]): Promise<void> {
  await until(`process ${pid} to block in ${names.join(" or ")}`, () => {
    const call = decodeSyscall(textOf(`/proc/${pid}/syscall`));
    if (call?.state !== "syscall") return false;
    return names.includes(nameSyscall(process.arch, call)?.name ?? "");
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
