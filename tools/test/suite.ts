/** The ways to run the whole suite: which Node, and which build of the addon. */
import { existsSync } from "node:fs";
import { nodeNewest } from "../node-newest.ts";
import { inTree, sanitizedAddon } from "../paths.ts";
import { demand } from "../run.ts";

/** One way to run it. */
export interface Suite {
  readonly title: string;
  readonly node: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How much longer everything takes than on the bare machine. */
  readonly slowness: number;
}

const names = ["machine", "newest", "sanitized"] as const;

/** A way by its name: "machine", "newest" or "sanitized"; any other word is the path of a Node. */
export async function suiteOf(name: string): Promise<Suite> {
  if (name === "machine") return plain(process.execPath);
  if (name === "newest") return plain(await nodeNewest());
  if (name === "sanitized") return sanitizedSuite();
  if (existsSync(name)) return plain(name);
  throw new RangeError(`Wrong suite ${name}: expected ${names.join(", ")} or the path of a Node`);
}

async function plain(node: string): Promise<Suite> {
  const version = (await demand(node, ["--version"])).trim();
  return { title: `Node ${version}`, node, environment: {}, slowness: 1 };
}

/**
 * Node itself is not built with the sanitizers, so their runtime is loaded before it; leaks are
 * not looked for, as Node frees little when it ends, and its own allocator pairs are its affair.
 */
async function sanitizedSuite(): Promise<Suite> {
  await demand(process.execPath, [inTree("dist/tools/build.js"), "--sanitize"]);
  const library = (await demand("gcc", ["-print-file-name=libasan.so"])).trim();
  const environment = {
    LD_PRELOAD: library,
    LINUX_IPC_ADDON: sanitizedAddon,
    LINUX_IPC_SANITIZED: "1",
    ASAN_OPTIONS: asanOptions,
    UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
  };
  const { title } = await plain(process.execPath);
  const slowness = 3;
  return { title: `${title} under ASan and UBSan`, node: process.execPath, environment, slowness };
}

const asanOptions = [
  "detect_leaks=0",
  "abort_on_error=1",
  "handle_segv=1",
  "allocator_may_return_null=1",
  "alloc_dealloc_mismatch=0",
].join(":");
