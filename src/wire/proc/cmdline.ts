/** /proc/PID/cmdline: the arguments, each closed by a NUL. A process may overwrite its own. */
import { bytesOf, textOf } from "./text.ts";

/** The arguments; none for a kernel thread or a zombie. */
export function decodeCmdline(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0) return [];
  const text = textOf(bytes);
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

/** The bytes of arguments that nobody has overwritten. */
export function encodeCmdline(parameters: readonly string[]): Uint8Array {
  return bytesOf(parameters.map((parameter) => `${parameter}\0`).join(""));
}
