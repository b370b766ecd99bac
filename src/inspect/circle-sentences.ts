/** The sentence about a circle of waiting, no surer than what it was found by. */
import type { Snapshot, Wait } from "../io/schema.ts";
import { named } from "./process-sentences.ts";
import type { Edge } from "./wait-graph.ts";
import { isSure, type Surroundings } from "./who-helps.ts";

/**
 * True for a circle that is worth a claim. On one object that nobody holds it is not a circle of
 * processes that is to blame; the room says what is.
 */
export function isClaimed(circle: readonly Edge[]): boolean {
  const objects = new Set(circle.map(({ wait }) => wait.object));
  return objects.size > 1 || circle.every(({ role }) => isSure(role));
}

/** Who is seen to hold what, which is not all where something could not be looked at. */
const holding: ReadonlySet<string> = new Set(["holder", "peer"]);
const hiding: ReadonlySet<string> = new Set(["processes", "descriptors", "mappings"]);

/** "=> a deadlock: a (1) → msg:1 → b (2) → msg:2 → a (1)." */
export function aboutCircle(
  { gaps }: Pick<Snapshot, "gaps">,
  around: Surroundings,
  circle: readonly Edge[],
  asked: readonly number[],
): string {
  const objects = [...new Set(circle.map(({ wait }) => wait.object))].join(" or ");
  const isPartial =
    circle.some(({ role }) => holding.has(role)) && gaps.some(({ what }) => hiding.has(what));
  const seen = isPartial ? ", as far as can be seen" : "";
  const [first] = circle;
  if (circle.length === 1 && first !== undefined) {
    const { pid, operation } = first.wait;
    const name = named(around, pid);
    const nobody = `nobody else can end its wait to ${operation} ${objects}${seen}`;
    return `=> ${name} waits for itself: ${nobody}, unless a signal's handler does.`;
  }
  const steps = circle.flatMap(({ wait }) => [stepOf(around, wait), wait.object]);
  const inIt = circle.some(({ wait }) => asked.includes(wait.pid));
  const what = inIt ? "a deadlock" : "a deadlock of others, which it waits for";
  return `=> ${what}${seen}${unless(circle, objects)}: ${[...steps, steps[0]].join(" → ")}.`;
}

function stepOf(around: Surroundings, { pid, tid }: Wait): string {
  return tid === pid ? named(around, pid) : `${named(around, pid)} thread ${tid}`;
}

function unless(circle: readonly Edge[], objects: string): string {
  if (!circle.every(({ role }) => isSure(role))) {
    return `, unless another process acts on ${objects}`;
  }
  return circle.some(({ wait }) => wait.isOneOf)
    ? ", unless something else wakes one that waits for several things"
    : "";
}
