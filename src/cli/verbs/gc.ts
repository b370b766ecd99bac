/** `ipc gc [kind…]`: what is left over, with the evidence; removes what is safe, when told to. */
import type { Command } from "commander";
import {
  type Leftover,
  leftovers,
  objectionTo,
  type Snapshot,
  snapshot,
} from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { codeOf, endWith, type Status, sentenceOf, status, statusOf } from "../failure.ts";
import { kindNamed, kindsOf } from "../kinds.ts";
import { printJson, reportGaps } from "../look.ts";
import { type Column, table } from "../table.ts";
import { paint, print } from "../terminal.ts";
import { ageWords, counted, fillWords } from "../words.ts";

interface CollectOptions extends CommonOptions {
  readonly yes?: true;
}

/** The command. */
export function command(): Command {
  return lookCommand("ipc gc", "Show what is left over, and remove what is safe to remove.")
    .argument("[kind...]", "only these kinds: the words before the colon of their addresses")
    .option("-y, --yes", "remove what is SAFE; without it nothing is changed")
    .addHelpText("after", help)
    .action(collect);
}

const help = `
SAFE    nobody uses it, and nobody is seen who could: removed with --yes
LIKELY  nobody is seen to use it, and somebody might come back for it: never removed here
KEEP    unused as far as is seen, and something speaks for leaving it: never removed here

Directly before each removal it is looked at once more, and left where anything about it has changed.
Exits 1 when something safe was left, with --yes; 4 when the system refused to remove something.`;

/** What became of one. */
interface Outcome extends Leftover {
  /** "removed", why it was not, or null where nothing was tried. */
  readonly outcome: string | null;
  readonly exitStatus: Status;
}

async function collect(names: readonly string[], options: CollectOptions): Promise<void> {
  const kinds = new Set(names.map((name) => kindNamed(name, rooms).name));
  const state = await snapshot();
  const found = leftovers(state).filter(({ object }) => kinds.size === 0 || kinds.has(object.kind));
  const outcomes = options.yes ? await removeSafe(found) : found.map(untouched);
  if (options.json) printJson(jsonOf(state, outcomes));
  else print(screen(state, outcomes, options));
  const worst = Math.max(status.done, ...outcomes.map(({ exitStatus }) => exitStatus)) as Status;
  endWith(reportGaps(state.gaps, options, worst));
}

function untouched(leftover: Leftover): Outcome {
  return { ...leftover, outcome: null, exitStatus: status.done };
}

/** A look is good for as long as this; then another one is taken before the next removal. */
const LOOK_MS_MAX = 50;

/** One after the other, each directly after a look that still finds it safe. */
async function removeSafe(found: readonly Leftover[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  let look: { readonly state: Snapshot; readonly kind: string; readonly atMs: number } | undefined;
  for (const leftover of found) {
    if (leftover.removal !== "safe") {
      outcomes.push(untouched(leftover));
      continue;
    }
    const { kind } = leftover.object;
    if (look?.kind !== kind || performance.now() - look.atMs > LOOK_MS_MAX) {
      look = { state: await snapshot({ kinds: [kind] }), kind, atMs: performance.now() };
    }
    const objection = objectionTo(leftover, look.state);
    outcomes.push(objection === undefined ? await remove(leftover) : left(leftover, objection));
  }
  return outcomes;
}

function left(leftover: Leftover, objection: string): Outcome {
  return { ...leftover, outcome: `left: ${objection}`, exitStatus: status.no };
}

async function remove(leftover: Leftover): Promise<Outcome> {
  const { address, kind: name } = leftover.object;
  const verb = kindsOf(rooms).find((kind) => kind.name === name)?.remove;
  if (verb === undefined) return left(leftover, "its kind cannot be removed");
  if (address.startsWith("@")) return left(leftover, "it lives in another namespace");
  try {
    await verb.run({ address, options: {} });
    return { ...leftover, outcome: "removed", exitStatus: status.done };
  } catch (error) {
    if (statusOf(error) === undefined || codeOf(error) === undefined) throw error;
    const outcome = `not removed: ${sentenceOf(error)}`;
    return { ...leftover, outcome, exitStatus: status.refused };
  }
}

function jsonOf({ schema, host, gaps }: Snapshot, outcomes: readonly Outcome[]): object {
  const list = outcomes.map(({ object, removal, evidence, finding, outcome }) => {
    return { address: object.address, removal, rule: finding.rule, evidence, outcome, object };
  });
  return { schema, host, gaps, leftovers: list };
}

function screen(state: Snapshot, outcomes: readonly Outcome[], { yes }: CollectOptions): string {
  const nowMs = Date.parse(state.host.time);
  const safe = outcomes.filter(({ removal }) => removal === "safe").length;
  if (outcomes.length === 0) return "nothing is left over, as far as can be seen\n";
  const last =
    yes || safe === 0 ? "" : `\n${counted(safe, "is", "are")} safe to remove: ipc gc --yes\n`;
  return table(columnsAt(nowMs), outcomes, { wrap: true }) + last;
}

function columnsAt(nowMs: number): readonly Column<Outcome>[] {
  return [
    {
      title: "CLASS",
      rank: 5,
      cell: ({ removal }) => removal.toUpperCase(),
      paint: (text, { removal }) => (removal === "safe" ? paint.bold(text) : text),
    },
    { title: "ADDRESS", rank: 6, least: 10, cell: ({ object }) => object.address },
    { title: "FILL", rank: 2, least: 6, cell: ({ object }) => fillWords(object) },
    { title: "CHANGED", rank: 1, cell: ({ object }) => ageWords(object.changedAt, nowMs) },
    { title: "OUTCOME", rank: 4, least: 7, cell: ({ outcome }) => outcome ?? "" },
    { title: "EVIDENCE", rank: 3, least: 20, cell: ({ evidence }) => evidence.join(" ") },
  ];
}
