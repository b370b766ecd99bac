/**
 * confirm(): a second look at a circle of waiting. A snapshot is no instant, and of two that talk to
 * each other each may be found waiting, one after the other. They wait for each other only if a later
 * snapshot shows the same, and nobody of them went on from before that snapshot until after it.
 */
import { readFileSync } from "node:fs";
import type { Snapshot } from "../io/schema.ts";
import { snapshot } from "./snapshot.ts";
import { answerTo, type Why, why } from "./why.ts";

/** How the second look is taken; given by tests. */
export interface SecondLook {
  /** Another snapshot. */
  readonly look?: () => Promise<Snapshot>;
  /** Something that is different whenever the thread went on; undefined when it is gone. */
  readonly sign?: (pid: number, tid: number) => string | undefined;
}

/**
 * The answer as it stands after a second look: the same, or one without the claim. An answer
 * without a circle is given back as it is, and nothing is looked at.
 * @throws as snapshot()
 */
export async function confirm(answer: Why, how: SecondLook = {}): Promise<Why> {
  if (answer.cycle.length === 0) return answer;
  const { look = snapshot, sign = signOf } = how;
  const signs = (): (string | undefined)[] =>
    answer.threads.map(({ pid, tid }) => sign(pid, tid ?? pid));
  const before = signs();
  const later = await look();
  const after = signs();
  const again = why(later, answer.subject);
  const isSame = again !== undefined && sameCircle(again.cycle, answer.cycle);
  const isStill = before.every((one, index) => one !== undefined && one === after[index]);
  if (isSame && isStill) return again;
  const rest = answerTo(later, answer.subject, false);
  return rest === undefined ? unclaimed(answer) : { ...rest, text: [...rest.text, moved] };
}

const moved =
  "They were seen to wait for each other, and a second look found them going on: no deadlock.";

/** What was asked about is not there any more. */
function unclaimed(answer: Why): Why {
  return { ...answer, text: [...answer.text.slice(0, -1), moved], cycle: [], threads: [] };
}

/** From wherever they are begun. */
function sameCircle(left: readonly string[], right: readonly string[]): boolean {
  const sorted = (names: readonly string[]): string => [...names].sort().join(" ");
  return sorted(left) === sorted(right);
}

/** The call it is in, and how often it was scheduled: proc_pid_status(5). */
function signOf(pid: number, tid: number): string | undefined {
  try {
    const folder = `/proc/${pid}/task/${tid}`;
    const call = readFileSync(`${folder}/syscall`, "latin1");
    const switches = readFileSync(`${folder}/status`, "latin1").match(/^.*ctxt_switches:.*$/gm);
    return [call, ...(switches ?? [])].join("\n");
  } catch {
    return undefined;
  }
}
