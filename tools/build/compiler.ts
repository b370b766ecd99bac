/** The C compiler, Node's headers, and the flags that every C file of the project is built with. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { capture, demand } from "../run.ts";

/** The compiler's name: $CC, or gcc. */
export const compiler: string = process.env["CC"] ?? "gcc";

const warnings = ["-Wall", "-Wextra", "-Wconversion", "-Werror"];

/** What every C file is compiled with, the twins of the benchmarks included. */
export const baseFlags: readonly string[] = ["-std=c11", "-D_GNU_SOURCE", ...warnings];

const shared = [...baseFlags, "-fPIC", "-fvisibility=hidden", "-fstack-protector-strong"];

/**
 * Node closes an addon with the last worker that loaded it; its signal handlers would then point
 * into nothing. Once loaded, it stays.
 */
const stays = ["-shared", "-Wl,-z,nodelete"];

/** One way to build the addon. */
export interface Variant {
  /** Where in the tree its objects are kept. */
  readonly folder: string;
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

/** What is shipped. */
export const release: Variant = {
  folder: "build/release",
  compile: [...shared, "-O2", "-D_FORTIFY_SOURCE=2"],
  link: [...stays, "-Wl,-z,relro,-z,now", "-Wl,--as-needed"],
};

const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/** What the suite runs under AddressSanitizer and UndefinedBehaviorSanitizer. */
export const sanitized: Variant = {
  folder: "build/sanitized",
  compile: [...shared, ...sanitizers, "-O1", "-g", "-fno-omit-frame-pointer"],
  link: [...stays, ...sanitizers],
};

/**
 * The folder of node_api.h: beside the running Node, or below npm's nodedir setting. Never
 * downloaded: the headers must belong to a Node that is installed here.
 */
export async function nodeHeaders(): Promise<string> {
  const beside = join(dirname(process.execPath), "../include/node");
  if (existsSync(join(beside, "node_api.h"))) return beside;
  const configured = process.env["npm_config_nodedir"] ?? (await npmNodedir());
  const named = configured === undefined ? undefined : join(configured, "include/node");
  if (named !== undefined && existsSync(join(named, "node_api.h"))) return named;
  const tried = named === undefined ? beside : `${beside} and ${named}`;
  throw new Error(
    `Cannot find node_api.h in ${tried}: install Node's headers (Debian: libnode-dev) ` +
      "or name the folder that holds include/node: npm config set nodedir FOLDER",
  );
}

async function npmNodedir(): Promise<string | undefined> {
  const { code, stdout } = await capture("npm", ["config", "get", "nodedir"]);
  const value = stdout.trim();
  return code !== 0 || value === "" || value === "undefined" ? undefined : value;
}

/** The folder below prebuilds/ of what the compiler makes, for example "linux-x64-glibc". */
export async function platform(): Promise<string> {
  const triplet = (await demand(compiler, ["-dumpmachine"])).trim();
  return platformOf(triplet);
}

const architectures: ReadonlyMap<string, string> = new Map([
  ["x86_64", "x64"],
  ["aarch64", "arm64"],
]);

/** The same from the compiler's own words, for example "x86_64-linux-gnu". */
export function platformOf(triplet: string): string {
  const machine = triplet.split("-")[0] ?? "";
  const architecture = architectures.get(machine) ?? machine;
  if (!triplet.includes("linux")) throw new Error(`${compiler} does not compile for Linux`);
  return `linux-${architecture}-${triplet.endsWith("musl") ? "musl" : "glibc"}`;
}
