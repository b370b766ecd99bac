/** Compiles the C side of a room into build/bench/, which is never committed. */
import { mkdir } from "node:fs/promises";
import { baseFlags, compiler } from "../../tools/build/compiler.ts";
import { inTree } from "../../tools/paths.ts";
import { demand } from "../../tools/run.ts";

/** The path of the compiled twin. */
export async function compileTwin(room: string): Promise<string> {
  const output = inTree("build/bench", room);
  await mkdir(inTree("build/bench"), { recursive: true });
  const source = inTree("bench", room, "twin.c");
  await demand(compiler, [...baseFlags, "-O2", "-pthread", source, "-o", output]);
  return output;
}
