/** What /proc/PID/status says of the rights of a process. */
import { textOf } from "./text.ts";

/** The fields that we use; null where the kernel wrote none. */
export interface Rights {
  /** The effective capabilities, a bit each by its number: capabilities(7). */
  readonly capabilities: bigint | null;
  /** 0: none, 1: strict, 2: a filter decides: seccomp(2). */
  readonly seccomp: number | null;
  /** True where no program that is started gains rights: prctl(2), PR_SET_NO_NEW_PRIVS. */
  readonly noNewPrivileges: boolean | null;
}

/** Any bytes give rights: what is not in them is null. */
export function decodeRights(bytes: Uint8Array): Rights {
  // The name comes first, and its newlines are escaped: the lines behind it are the kernel's own.
  const text = textOf(bytes);
  const capabilities = /^CapEff:\t([0-9a-f]{1,16})$/m.exec(text)?.[1];
  const seccomp = /^Seccomp:\t(\d{1,3})$/m.exec(text)?.[1];
  const noNew = /^NoNewPrivs:\t([01])$/m.exec(text)?.[1];
  return {
    capabilities: capabilities === undefined ? null : BigInt(`0x${capabilities}`),
    seccomp: seccomp === undefined ? null : Number(seccomp),
    noNewPrivileges: noNew === undefined ? null : noNew === "1",
  };
}
