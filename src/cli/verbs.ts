/** The verbs of the command. Each is loaded only when it is called, so that none pays for others. */
import type { Command } from "commander";

export interface VerbEntry {
  readonly name: string;
  /** For the list in `ipc help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order of `ipc help`. */
export const verbs: readonly VerbEntry[] = [
  {
    name: "ls",
    summary: "list objects, one row each",
    load: async () => (await import("./verbs/ls.ts")).command(),
  },
  {
    name: "ps",
    summary: "list the processes that have to do with IPC, one row each",
    load: async () => (await import("./verbs/ps.ts")).command(),
  },
  {
    name: "tree",
    summary: "what a process holds, and whom it talks to through it",
    load: async () => (await import("./verbs/tree.ts")).command(),
  },
  {
    name: "show",
    summary: "everything that is known of one object or process",
    load: async () => (await import("./verbs/show.ts")).command(),
  },
  {
    name: "who",
    summary: "who holds an object, who waits on it, who is at the other end",
    load: async () => (await import("./verbs/who.ts")).command(),
  },
  {
    name: "why",
    summary: "why an object or a process is stuck, in sentences",
    load: async () => (await import("./verbs/why.ts")).command(),
  },
  {
    name: "limits",
    summary: "what this machine allows, how much of it is used, how to raise it",
    load: async () => (await import("./verbs/limits.ts")).command(),
  },
  {
    name: "diff",
    summary: "what has changed from one saved snapshot to another",
    load: async () => (await import("./verbs/diff.ts")).command(),
  },
  {
    name: "gc",
    summary: "what is left over, and whether it is safe to remove",
    load: async () => (await import("./verbs/gc.ts")).command(),
  },
  {
    name: "doctor",
    summary: "what can be seen and done here, and what is missing",
    load: async () => (await import("./verbs/doctor.ts")).command(),
  },
  {
    name: "mk",
    summary: "make an object",
    load: async () => (await import("./verbs/mk.ts")).command(),
  },
  {
    name: "rm",
    summary: "remove objects",
    load: async () => (await import("./verbs/rm.ts")).command(),
  },
  {
    name: "send",
    summary: "send one message",
    load: async () => (await import("./verbs/send.ts")).command(),
  },
  {
    name: "recv",
    summary: "take messages",
    load: async () => (await import("./verbs/recv.ts")).command(),
  },
  {
    name: "peek",
    summary: "see messages without taking them",
    load: async () => (await import("./verbs/peek.ts")).command(),
  },
  {
    name: "help",
    summary: "explain the command, or one verb",
    load: async () => (await import("./verbs/help.ts")).command(),
  },
];

/** What `ipc` does without a verb. */
export const overview: VerbEntry = {
  name: "",
  summary: "the state of this machine on one screen",
  load: async () => (await import("./verbs/overview.ts")).command(),
};
