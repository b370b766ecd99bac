/** Starts the programs that compare, and says where ours and the machine's differ. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { runPeer } from "../harness/peer.ts";
import type { Ended, Step } from "./outcomes.ts";

const timeoutMs = 120_000;

/** What is put before the program: another user, other namespaces. */
export type Wrapper = readonly string[];

export const asNobody: Wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];

/** The C locale, which is all that ours speaks, and a time zone with another time than UTC. */
const environment = { LC_ALL: "C", TZ: "America/New_York" };

/** Fails where ours and theirs differ over the objects that are there. */
export async function assertSame(
  steps: readonly Step[],
  wrapper: Wrapper = [],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { compared, differences } = (await answerOf("compare", [], steps, wrapper, env)) as {
    readonly compared: number;
    readonly differences: readonly unknown[];
  };
  assert.equal(compared, steps.length);
  assert.deepEqual(differences.slice(0, 3), [], `${differences.length} of ${compared} differ`);
}

/** What each step left. */
type Left = readonly (Ended & { readonly step: Step; readonly left: readonly string[] })[];

/** Fails where the steps, done by ours and by theirs over equal objects, leave different ones. */
export async function assertSameSteps(
  steps: readonly Step[],
  user: "root" | "nobody",
): Promise<void> {
  const inside = ["unshare", "--ipc"];
  const [own, original] = (await Promise.all(
    ["ours", "theirs"].map((whose) => answerOf("steps", [whose, user], steps, inside)),
  )) as [Left, Left];
  assert.equal(own.length, steps.length);
  for (const [index, outcome] of own.entries()) assert.deepEqual(outcome, original[index]);
}

async function answerOf(
  name: string,
  parameters: readonly string[],
  steps: readonly Step[],
  wrapper: Wrapper,
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const file = join(import.meta.dirname, "programs", `${name}.js`);
  const [program = "", ...rest] = [...wrapper, process.execPath, file, ...parameters];
  const input = JSON.stringify(steps);
  const all = { ...environment, ...sanitized(), ...env };
  const { code, stdout, stderr } = await runPeer(program, rest, { input, timeoutMs, env: all });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

/** A program that starts ours hands on what a run under sanitizers needs. */
function sanitized(): Record<string, string> {
  const names = ["LD_PRELOAD", "LINUX_IPC_ADDON", "LINUX_IPC_SANITIZED"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
