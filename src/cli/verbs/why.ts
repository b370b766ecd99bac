/** `ipc why PID|ADDR`: in sentences, what it waits for, down to whoever causes it. */
import { type Command, Option } from "commander";
import { confirm, type Why, why } from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, type Status, status } from "../failure.ts";
import { anAddress } from "../kinds.ts";
import {
  absent,
  type Look,
  lookFor,
  partOf,
  printJson,
  reportGaps,
  rightsAreMissing,
  statusWith,
} from "../look.ts";
import { prose } from "../prose.ts";
import { print } from "../terminal.ts";

interface WhyOptions extends CommonOptions {
  readonly check?: true;
}

const checkMeaning = "say nothing: exit 0 when somebody is blocked there, else 1";

/** The command. */
export function command(): Command {
  return lookCommand("ipc why", "Say in sentences why an object or a process is stuck.")
    .argument("<pid|address>", `a process number, or ${anAddress(rooms)}`)
    .addOption(new Option("--check", checkMeaning).conflicts("json"))
    .addHelpText("after", help)
    .action(explain);
}

const help = `
Follows each wait to those who could end it, and them to what they wait for. A circle in which nobody
can go on is called a deadlock only when a second look finds that nobody went on. Who waits for work
(an event loop, accept, poll of several things) is named and not followed.
Exits 3 when nobody is seen to be blocked, but not all can be seen for want of rights.`;

async function explain(text: string, options: WhyOptions): Promise<void> {
  const look = await lookFor(text);
  const first = why(look.state, text);
  if (first === undefined) throw absent(look.found.subject);
  const answer = await confirm(first);
  const outcome = outcomeOf(look, answer, options);
  if (options.check) return endWith(statusWith(look.state.gaps, options, outcome));
  if (options.json) printJson({ ...partOf(look), why: answer });
  else print(prose(answer.text));
  endWith(reportGaps(look.state.gaps, options, outcome));
}

function outcomeOf({ state, found }: Look, answer: Why, { check }: WhyOptions): Status {
  if (answer.blocked) return status.done;
  const hidden =
    found.process === null ? rightsAreMissing(state.gaps) : "waits" in found.process.unknown;
  if (hidden) return status.unanswered;
  return check ? status.no : status.done;
}
