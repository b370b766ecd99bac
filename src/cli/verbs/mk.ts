/** `ipc mk KIND`: makes an object and prints its address. */
import type { Command } from "commander";
import { rooms } from "../../mechanisms/rooms.ts";
import { verbOf } from "../act.ts";
import { newCommand } from "../command.ts";
import { codeOf, failure, sentenceOf, status, statusOf } from "../failure.ts";
import { kindNamed, kindsOf } from "../kinds.ts";
import { printJson } from "../look.ts";
import { addKindOptions, kindOptions } from "../options.ts";
import { printable } from "../printable.ts";
import { print } from "../terminal.ts";

/** The command. */
export function command(): Command {
  const make = newCommand(
    "ipc mk",
    "Make an object and print its address. It outlives the command.",
  )
    .argument("<kind>", "what to make: the word before the colon of its address")
    .option("--json", "print the address as JSON");
  addKindOptions(make, kindsOf(rooms), "make");
  return make.action(create);
}

async function create(name: string, { json }: { json?: true }, command: Command): Promise<void> {
  const kind = kindNamed(name, rooms);
  const verb = verbOf(kind.make, kind, "make");
  const options = kindOptions(command, kindsOf(rooms), kind, "make");
  const address = await verb.run({ options }).catch((error: unknown) => {
    throw explained(error, kind.name);
  });
  try {
    if (json) printJson({ schema: "ipc/1", address });
    else print(`${printable(address)}\n`);
  } catch (error) {
    throw failure(status.refused, `${address} was made, but: ${sentenceOf(error)}`, error);
  }
}

/** Nothing is looked for here, so that a missing thing too is a refusal of the system's. */
function explained(error: unknown, name: string): unknown {
  const exitStatus = statusOf(error);
  if (exitStatus === undefined || codeOf(error) === undefined) return error;
  const sentence = `cannot make ${name}: ${sentenceOf(error)}`;
  return failure(exitStatus === status.no ? status.refused : exitStatus, sentence, error);
}
