/** The options with which the command makes System V objects of any kind, and how they are read. */
import type { Option, Options } from "../room.ts";

/** What every kind takes for a new object. */
export const makeOptions: readonly Option[] = [
  {
    name: "key",
    type: "integer",
    value: "KEY",
    description: "its key; without it, only its id finds it",
  },
  {
    name: "mode",
    type: "octal",
    value: "MODE",
    description: "permission bits in octal (default 600)",
  },
];

/** How a new object is opened, which no object may have the key of. */
export interface NewObject {
  readonly create: true;
  readonly exclusive: true;
  readonly mode: number | undefined;
}

/** The key that was given, or IPC_PRIVATE. */
export function keyIn(options: Options): number {
  return numberIn(options, "key") ?? 0;
}

/** What they say of a new object. */
export function newObject(options: Options): NewObject {
  return { create: true, exclusive: true, mode: numberIn(options, "mode") };
}

/** A number beyond 2^53 is no key, mode, size or count: the calls refuse it. */
export function numberIn(options: Options, name: string): number | undefined {
  const value = options[name];
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined;
}
