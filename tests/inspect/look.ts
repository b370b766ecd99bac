/** What the tests of a walk ask again and again. */
import { fileURLToPath } from "node:url";
import type { Snapshot } from "linux-ipc/inspect";
import { WALK_ALL, walkSync } from "../../src/sys/walk.ts";
import type { Process } from "../../src/wire/proc/process-table.ts";
import { decodeWalk, type Walk } from "../../src/wire/proc/walk.ts";
import { ask } from "../harness/peer.ts";

/** The records of one walk, which is waited for. */
export function walk(what: number): Uint8Array {
  return walkSync(what);
}

/** One walk, decoded. */
export function look(what: number = WALK_ALL): Walk {
  return decodeWalk(walk(what));
}

/** The process of that number, which must be there. */
export function lookAt(pid: number): Process {
  const process = look().processes.get(pid);
  if (process === undefined) throw new Error(`The walk did not find process ${pid}`);
  return process;
}

/** This program prints a snapshot as JSON. */
const printer: string = fileURLToPath(new URL("programs/snapshot.js", import.meta.url));

/** A snapshot made by another process; `way` runs the command that is put behind it. */
export async function snapshotThrough(...way: readonly string[]): Promise<Snapshot> {
  const [program = process.execPath, ...parameters] = [...way, process.execPath, printer];
  return JSON.parse(await ask(program, parameters, { env: forNode })) as Snapshot;
}

/** What a Node behind another command needs in a run under sanitizers. */
export const forNode: Readonly<Record<string, string>> = preloaded();

function preloaded(): Record<string, string> {
  const library = process.env["LD_PRELOAD"];
  return library === undefined ? {} : { LD_PRELOAD: library };
}
