/** The programs of our own that tests start as other processes, or as workers. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Peer, type PeerOptions, startPeer } from "../harness/peer.ts";

/** The compiled file of programs/NAME.ts. */
export function programPath(name: string): string {
  return join(import.meta.dirname, "programs", `${name}.js`);
}

/** Starts one in a process of its own, as this process runs: with its Node, and its addon. */
export function startProgram(
  name: string,
  parameters: readonly (string | number)[] = [],
  options: PeerOptions & { readonly node?: readonly string[] } = {},
): Promise<Peer> {
  const { node = [], ...rest } = options;
  const all = [...node, programPath(name), ...parameters.map(String)];
  return startPeer(process.execPath, all, rest);
}

/** Starts one under another program, `setpriv` for example, which comes to run it. */
export function startProgramUnder(
  wrapper: readonly [string, ...string[]],
  name: string,
  parameters: readonly (string | number)[] = [],
  options: PeerOptions = {},
): Promise<Peer> {
  const [program, ...own] = wrapper;
  const all = [...own, process.execPath, programPath(name), ...parameters.map(String)];
  const preload = process.env["LD_PRELOAD"];
  const env = { ...(preload !== undefined && { LD_PRELOAD: preload }), ...options.env };
  return startPeer(program, all, { ...options, env });
}

/** Starts one in a worker of this process. */
export function startWorker(name: string, data: unknown): Worker {
  return new Worker(programPath(name), { workerData: data });
}
