/** What the figures were measured on: without it they say nothing. */
import { cpus, release } from "node:os";
import { compiler } from "../../tools/build/compiler.ts";
import { demand } from "../../tools/run.ts";
import { allowedCpus } from "./placement.ts";

/** The processor, the kernel, Node, the compiler and the day, in one line. */
export async function machineLine(): Promise<string> {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const version = (await demand(compiler, ["--version"])).split("\n")[0] ?? "";
  const day = new Date().toISOString().slice(0, 10);
  const node = `Node ${process.version.slice(1)}`;
  return `${model}, ${allowedCpus().length} CPUs · Linux ${release()} · ${node} · ${version} · ${day}`;
}
