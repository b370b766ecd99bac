/** The programs that behave as util-linux's of the same name. Each is loaded only when it is called. */
import type { Program } from "./program.ts";

export interface ProgramEntry {
  readonly name: string;
  /** For the list in `ipc help`. */
  readonly summary: string;
  load(): Promise<Program>;
}

/** In the order of `ipc help`. */
export const programs: readonly ProgramEntry[] = [
  {
    name: "ipcs",
    summary: "show the System V objects",
    load: async () => (await import("./ipcs.ts")).ipcs,
  },
  {
    name: "ipcmk",
    summary: "make System V objects",
    load: async () => (await import("./ipcmk.ts")).ipcmk,
  },
  {
    name: "ipcrm",
    summary: "remove System V objects",
    load: async () => (await import("./ipcrm.ts")).ipcrm,
  },
];

/** The program of that name. */
export function programNamed(name: string | undefined): ProgramEntry | undefined {
  return programs.find((program) => program.name === name);
}
