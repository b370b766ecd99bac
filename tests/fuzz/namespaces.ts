/** Descriptors of namespaces, for the fuzzer to try to enter. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";

/** Our own IPC namespace, a foreign one where it can be had, and a namespace of another kind. */
export async function openNamespaces(): Promise<number[]> {
  const foreign = await openForeign();
  const own = ["ipc", "net"].map((kind) => openSync(`/proc/self/ns/${kind}`, "r"));
  return foreign === undefined ? own : [...own, foreign];
}

/** It lives as long as its descriptor does, beyond the program that it was made for. */
async function openForeign(): Promise<number | undefined> {
  const { LD_PRELOAD: _, ...env } = process.env;
  const program = ["--user", "--ipc", "sh", "-c", "echo in; read line"];
  const child = spawn("unshare", program, { env, stdio: ["pipe", "pipe", "ignore"] });
  const ended = once(child, "close");
  try {
    const [inside] = await Promise.race([
      once(child.stdout, "data"),
      ended.then(() => [undefined]),
    ]);
    if (inside === undefined) return undefined;
    return openSync(`/proc/${child.pid}/ns/ipc`, "r");
  } finally {
    child.stdin.end();
    await ended;
  }
}
