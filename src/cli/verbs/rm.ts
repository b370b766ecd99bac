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
  const users = state === undefined ? [] : usersOf(state, address);
  if (users.length > 0) {
    const sentence = `${address} is in use by ${users.join(", ")}; --force removes it all the same`;
    throw failure(status.no, sentence);
  }
  const options = kindOptions(command, kindsOf(rooms), kind, "remove");
  const act = { verb: "remove", address, notNow: `${address} cannot be removed now` };
  await asked(act, () => verbOf(kind.remove, kind, "remove").run({ address, options }));
}

/** Who holds it or waits on it, as far as can be seen. */
function usersOf(state: Snapshot, address: string): string[] {
  const object = findObject(state, address)?.address;
  const processes = processesOf(state);
  const facts = [...state.waits, ...state.holds].filter((fact) => fact.object === object);
  return [...new Set(facts.map(({ pid }) => processName(pid, processes)))];
}
