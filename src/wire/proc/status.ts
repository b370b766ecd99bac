/** /proc/PID/status: only what /proc/PID/stat does not say. */
import { textOf } from "./text.ts";

/** Four ids of a process. */
export interface Credentials {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
  readonly filesystem: number;
}

/** The fields that we use; null where the kernel wrote none. */
export interface ProcessStatus {
  /** The name, with the kernel's escapes undone. */
  readonly name: string | null;
  readonly uid: Credentials | null;
  readonly gid: Credentials | null;
}

/** Any bytes give a status: what is not in them is null. */
export function decodeStatus(bytes: Uint8Array): ProcessStatus {
  const text = textOf(bytes);
  const name = field(text, "Name");
  return {
    name: name === undefined ? null : unescapeName(name),
    uid: credentials(field(text, "Uid")),
    gid: credentials(field(text, "Gid")),
  };
}

/** A name cannot forge a line of its own: the kernel writes its newlines as backslash and n. */
function field(text: string, name: string): string | undefined {
  const start = text.startsWith(`${name}:\t`) ? 0 : text.indexOf(`\n${name}:\t`) + 1;
  if (start === 0 && !text.startsWith(`${name}:\t`)) return undefined;
  const end = text.indexOf("\n", start);
  return text.slice(start + name.length + 2, end < 0 ? undefined : end);
}

/** The kernel escapes newline and backslash only (fs/proc/array.c, proc_task_name). */
function unescapeName(name: string): string {
  return name.replace(/\\([n\\])/g, (_, letter: string) => (letter === "n" ? "\n" : "\\"));
}

function credentials(text: string | undefined): Credentials | null {
  const match = text === undefined ? null : /^(\d+)\t(\d+)\t(\d+)\t(\d+)$/.exec(text);
  if (match === null) return null;
  const [real = 0, effective = 0, saved = 0, filesystem = 0] = match.slice(1).map(Number);
  return { real, effective, saved, filesystem };
}
