/**
 * Parts of Node that the command's code names but does not use. Each brings Node's streams with it,
 * which costs a tenth of the command's start; in the bundle something small stands in for them.
 */
import type { Plugin } from "esbuild";

interface StandIn {
  /** The module of Node, without "node:". */
  readonly name: string;
  /** Who asks for it: any other module gets the real one. */
  readonly importer: RegExp;
  readonly code: string;
}

const standInList: readonly StandIn[] = [
  {
    // commander starts programs of their own for subcommands; ours are functions.
    name: "child_process",
    importer: /\/node_modules\/commander\//,
    code: `exports.spawn = (...all) => require("node:child_process").spawn(...all);`,
  },
  {
    // The library keeps its slabs from being transferred to workers; the command has none.
    name: "worker_threads",
    importer: /\/dist\/src\//,
    code: "exports.markAsUntransferable = () => undefined;",
  },
];

/** Puts them in. */
export const standIns: Plugin = {
  name: "stand-ins",
  setup(bundler) {
    for (const { name, importer, code } of standInList) {
      const namespace = `stand-in-${name}`;
      bundler.onResolve({ filter: new RegExp(`^(node:)?${name}$`) }, (wanted) =>
        importer.test(wanted.importer) ? { path: name, namespace } : undefined,
      );
      bundler.onLoad({ filter: /.*/, namespace }, () => ({ contents: code, loader: "js" }));
    }
  },
};
