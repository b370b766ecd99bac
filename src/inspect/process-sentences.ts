/** Sentences about processes: what they are called, what they do, what they wait for. */
import type { ProcessRecord, Wait } from "../io/schema.ts";
import { isForWork } from "./idle.ts";
import type { Edge } from "./wait-graph.ts";
import { type Surroundings, wayOf } from "./who-helps.ts";

type Processes = Pick<Surroundings, "processes">;

/** "perl (12)"; "process 12" of one that is gone or hidden. */
export function named({ processes }: Processes, pid: number): string {
  const process = processes.get(pid);
  return process === undefined ? `process ${pid}` : `${process.comm} (${pid})`;
}

/** The words of proc_pid_stat(5). */
const states: Readonly<Record<string, string>> = {
  R: "running",
  S: "sleeping",
  D: "in an uninterruptible sleep",
  Z: "a zombie, whose parent has not waited for it",
  T: "stopped by a signal",
  t: "stopped by a debugger",
  I: "idle",
};

/** "sleeping" */
export function stateOf(process: ProcessRecord): string {
  return states[process.state] ?? `in state ${process.state}`;
}

/** What is said of a process that is not seen to wait. */
export function notBlocked(around: Processes, process: ProcessRecord): string {
  const name = named(around, process.pid);
  const reason = process.unknown["waits"];
  if (reason !== undefined) return `What ${name} is blocked in could not be read (${reason}).`;
  return `${name} is not blocked on anything that a snapshot shows; it is ${stateOf(process)}.`;
}

/** "perl (12) is blocked in msgrcv on msg:0: it waits for a message of type 7." */
export function aboutWait(around: Processes, wait: Wait): string {
  const name = named(around, wait.pid);
  const thread = wait.tid === wait.pid ? "" : `, thread ${wait.tid},`;
  const goal = wait.text === "" ? `to ${wait.operation}` : `for ${wait.text}`;
  const timed = wait.isTimed ? ", for a time only" : "";
  return `${name}${thread} is blocked in ${wait.syscall} on ${wait.object}: it waits ${goal}${timed}.`;
}

/** What makes somebody able to help, and what he does instead; empty of who is told of anyway. */
export function aboutHelper(
  around: Processes,
  edge: Edge,
  waits: readonly Wait[],
): string | undefined {
  if (edge.role === "waiter") return undefined;
  const process = around.processes.get(edge.pid);
  return `${named(around, edge.pid)} ${relation(edge)}; it ${doing(process, waits)}.`;
}

function doing(process: ProcessRecord | undefined, waits: readonly Wait[]): string {
  if (process === undefined) return "is not to be seen";
  const [first] = waits;
  if (first !== undefined) {
    if (waits.length < process.threads) return `is ${stateOf(process)}, with threads that wait`;
    if (waits.every(isForWork)) return `waits for work itself, in ${first.syscall}`;
    return "is blocked itself";
  }
  const reason = process.unknown["waits"];
  if (reason === undefined) return `is ${stateOf(process)}, not blocked on IPC`;
  return `is ${stateOf(process)}; what it is blocked in could not be read (${reason})`;
}

function relation(edge: Edge): string {
  const { role, via, wait } = edge;
  const { object } = wait;
  switch (role) {
    case "owner":
      return `has it${ownThread(edge)}${via === undefined ? "" : `, as known from ${via}`}`;
    case "process":
      return "is what it waits for";
    case "peer":
      return `is at the other end, ${via ?? object}`;
    case "joined":
      return `holds ${via ?? object}, which is joined to ${object}`;
    case "holder":
      return `${holding[wayOf(wait)]} ${object}`;
    default:
      return `${partOf(role)} ${object}`;
  }
}

/** Only a thread that is not the first needs a word. */
function ownThread({ pid, tid }: Edge): string {
  return tid === null || tid === pid ? "" : `, by its thread ${tid}`;
}

const holding = { take: "can write to", give: "can read from", neither: "holds" } as const;

/** "lastSend" says that it was the last to send, "lastOperator" and "creator" what it was. */
function partOf(role: string): string {
  const words = spaced(role);
  if (/[eo]r$/.test(words)) return `was the ${words} of`;
  return words.startsWith("last ") ? `was the last to ${words.slice(5)} on` : `is ${words} of`;
}

/** "residentBytes" → "resident bytes" */
export function spaced(name: string): string {
  return name.replace(/(?<=[a-z\d])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}
