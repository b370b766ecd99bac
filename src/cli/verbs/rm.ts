/** `ipc rm ADDR…`: removes objects, and says first who would be hurt. */
import type { Command } from "commander";
import { findObject, type Snapshot, snapshot } from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { asked, verbOf } from "../act.ts";
import { newCommand } from "../command.ts";
import { processesOf } from "../facts.ts";
import { endWith, failure, type Status, sentenceOf, status, statusOf } from "../failure.ts";
import { type Addressed, addressed, anAddress, kindsOf } from "../kinds.ts";
import { addKindOptions, kindOptions } from "../options.ts";
import { printable } from "../printable.ts";
import { complain } from "../terminal.ts";
import { processName } from "../words.ts";

interface RemoveOptions {
  readonly force?: true;
}

/** The command. */
export function command(): Command {
  const remove = newCommand("ipc rm", "Remove objects.")
    .argument("<address...>", `each ${anAddress(rooms)}`)
    .option("-f, --force", "also those that a process holds or waits on");
  addKindOptions(remove, kindsOf(rooms), "remove");
  const help = "\nExits 1 when an object does not exist, or is in use and --force is not given.";
  return remove.addHelpText("after", help).action(removeAll);
}

async function removeAll(
  texts: readonly string[],
  { force }: RemoveOptions,
  command: Command,
): Promise<void> {
  const targets = texts.map((text) => addressed(text, rooms));
  for (const { kind } of targets) verbOf(kind.remove, kind, "remove");
  const state = force ? undefined : await snapshot();
  let worst: Status = status.done;
  for (const target of targets) {
    const outcome = await attempt(() => removeOne(target, state, command));
    if (outcome > worst) worst = outcome;
  }
  endWith(worst);
}

/** One that fails does not keep the others from being removed. */
async function attempt(remove: () => Promise<void>): Promise<Status> {
  try {
    await remove();
    return status.done;
  } catch (error) {
    const outcome = statusOf(error);
    if (outcome === undefined) throw error;
    complain(printable(sentenceOf(error)));
    return outcome;
  }
}

async function removeOne(
  { kind, address }: Addressed,
  state: Snapshot | undefined,
  command: Command,
): Promise<void> {
  const use = state === undefined ? "" : useOf(state, address);
  if (use !== "") throw failure(status.no, `${address} ${use}; --force removes it all the same`);
  const options = kindOptions(command, kindsOf(rooms), kind, "remove");
  const act = { verb: "remove", address, notNow: `${address} cannot be removed now` };
  await asked(act, () => verbOf(kind.remove, kind, "remove").run({ address, options }));
}

/** What is unknown of an object that may have users who cannot be seen: a rule of the schema. */
const users = ["holders", "waiters"] as const;

/** Who holds it or waits on it, as far as can be seen; empty where nobody does. */
function useOf(state: Snapshot, address: string): string {
  const object = findObject(state, address);
  if (object === undefined) return "";
  const processes = processesOf(state);
  const facts = [...state.waits, ...state.holds].filter((fact) => fact.object === object.address);
  const seen = [...new Set(facts.map(({ pid }) => processName(pid, processes)))];
  const unseen = users.flatMap((who) => {
    const why = object.unknown[who];
    return why === undefined ? [] : [`its ${who} are not all known (${why})`];
  });
  if (seen.length > 0) return [`is in use by ${seen.join(", ")}`, ...unseen].join(", and ");
  return unseen.length > 0 ? `may be in use: ${unseen.join(", and ")}` : "";
}
