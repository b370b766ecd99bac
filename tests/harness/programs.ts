/** The programs of our own that tests start as other processes, or as workers. */
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { type Peer, type PeerOptions, startPeer } from "./peer.ts";

type Parameters = readonly (string | number)[];

/** The programs of one folder of tests, which are in its folder `programs`. */
export interface Programs {
  /** The compiled file of programs/NAME.ts. */
  readonly path: (name: string) => string;
  /** Starts one in a process of its own, as this process runs: with its Node, and its addon. */
  readonly start: (
    name: string,
    parameters?: Parameters,
    options?: PeerOptions & { readonly node?: readonly string[] },
  ) => Promise<Peer>;
  /** Starts one under another program, `setpriv` for example, which comes to run it. */
  readonly startUnder: (
    wrapper: readonly [string, ...string[]],
    name: string,
    parameters?: Parameters,
    options?: PeerOptions,
  ) => Promise<Peer>;
  /** Starts one in a worker of this process. */
  readonly startWorker: (name: string, data: unknown) => Worker;
}

/** @param folder import.meta.dirname of the tests */
export function programsIn(folder: string): Programs {
  const path = (name: string): string => join(folder, "programs", `${name}.js`);
  return {
    path,
    start: (name, parameters = [], { node = [], ...options } = {}) =>
      startPeer(process.execPath, [...node, path(name), ...parameters.map(String)], options),
    startUnder: ([program, ...own], name, parameters = [], options = {}) => {
      const all = [...own, process.execPath, path(name), ...parameters.map(String)];
      const preload = process.env["LD_PRELOAD"];
      const env = { ...(preload !== undefined && { LD_PRELOAD: preload }), ...options.env };
      return startPeer(program, all, { ...options, env });
    },
    startWorker: (name, data) => new Worker(path(name), { workerData: data }),
  };
}
