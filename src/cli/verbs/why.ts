/** `ipc why PID|ADDR`: in sentences, what it waits for, down to whoever causes it. */
import type { Command } from "commander";
import { type Why, why } from "../../inspect/index.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, type Status, status } from "../failure.ts";
import {
  absent,
  type Look,
  lookFor,
  partOf,
  printJson,
  reportGaps,
  rightsAreMissing,
} from "../look.ts";
import { prose } from "../prose.ts";
import { print } from "../terminal.ts";

interface WhyOptions extends CommonOptions {
  readonly check?: true;
}

/** The command. */
export function command(): Command {
  return lookCommand("ipc why", "Say in sentences why an object or a process is stuck.")
    .argument("<pid|address>", "a process number, or an address such as msg:0")
    .option("--check", "say nothing: exit 0 when somebody is blocked there, else 1")
    .addHelpText("after", help)
    .action(explain);
}

const help = `
Exits 3 when nobody is seen to be blocked, but not all can be seen for want of rights.`;

async function explain(text: string, options: WhyOptions): Promise<void> {
  const look = await lookFor(text);
  const answer = why(look.state, text);
  if (answer === undefined) throw absent(look.found.subject);
  if (options.json) printJson({ ...partOf(look), why: answer });
  else if (!options.check) print(prose(answer.text));
  endWith(reportGaps(look.state.gaps, options, outcomeOf(look, answer, options)));
}

function outcomeOf({ state, found }: Look, answer: Why, { check }: WhyOptions): Status {
  if (answer.blocked) return status.done;
  const hidden =
    found.process === null ? rightsAreMissing(state.gaps) : "waits" in found.process.unknown;
  if (hidden) return status.unanswered;
  return check ? status.no : status.done;
}
