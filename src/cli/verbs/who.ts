/** `ipc who ADDR`: who holds an object, who waits on it, what it is joined to. */
import type { Command } from "commander";
import type { Who } from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, type Status, status } from "../failure.ts";
import { anAddress } from "../kinds.ts";
import { type Look, lookFor, partOf, printJson, reportGaps, rightsAreMissing } from "../look.ts";
import { printable } from "../printable.ts";
import { type Relation, relationsOf } from "../relations.ts";
import { type Column, table } from "../table.ts";
import { complain, paint, print } from "../terminal.ts";
import { fillWords } from "../words.ts";

/** The command. */
export function command(): Command {
  return lookCommand("ipc who", "Show who holds an object, who waits on it, what it is joined to.")
    .argument("<address>", `${anAddress(rooms)}, or pid:N, or pid:N/fd/M`)
    .addHelpText("after", help)
    .action(tell);
}

const help = `
Of a process (pid:N) it is what that process has to do with; of a descriptor (pid:N/fd/M) the object
that it is open on, with everybody at the other end. What is long ends with "… and N more"; --json
has all of it.
Exits 1 when nobody holds it or waits on it now, 3 when that cannot be told for want of rights.`;

async function tell(text: string, options: CommonOptions): Promise<void> {
  const look = await lookFor(text);
  const { state, found } = look;
  const relations = relationsOf(state, found);
  if (options.json) printJson({ ...partOf(look), subject: found.subject, uses: found.uses });
  else print(heading(found) + rowsOf(relations, found));
  const outcome = outcomeOf(look);
  if (outcome !== status.done) complain(`${found.subject}: ${nobody(look)}`);
  endWith(reportGaps(state.gaps, options, outcome));
}

/** What a descriptor is open on; whoever names an object knows that. */
function heading({ descriptor, subject, object }: Who): string {
  if (descriptor === null || object === null) return "";
  const fill = fillWords(object);
  const flags = object.flags.join(" ").toUpperCase();
  const state = [fill, flags].filter((word) => word !== "").join(", ");
  const title = printable(`${object.title}${state === "" ? "" : `: ${state}`}`);
  return `${printable(subject)} is ${paint.bold(printable(object.address))}  ${title}\n`;
}

/** More rows than these fill more than a screen. */
const ROWS_MAX = 40;

function rowsOf(relations: readonly Relation[], { process, subject }: Who): string {
  const shown = table(columnsFor(process !== null), relations.slice(0, ROWS_MAX));
  const more = relations.length - ROWS_MAX;
  return more > 0 ? `${shown}… and ${more} more: ipc who ${printable(subject)} --json\n` : shown;
}

function outcomeOf({ state, found }: Look): Status {
  if (found.waits.length + found.holds.length + found.links.length > 0) return status.done;
  return rightsAreMissing(state.gaps) ? status.unanswered : status.no;
}

function nobody({ state, found }: Look): string {
  const plain =
    found.process === null
      ? "nobody holds it or waits on it"
      : "it holds nothing and waits on nothing";
  return rightsAreMissing(state.gaps) ? `${plain}, as far as can be seen` : plain;
}

function columnsFor(isProcess: boolean): readonly Column<Relation>[] {
  const other = { title: isProcess ? "OBJECT" : "PROCESS", rank: 4, least: 10 };
  return [
    { ...other, cell: (relation) => relation.other },
    ...(isProcess ? [] : [owner]),
    { title: "DOES", rank: 3, cell: ({ does }) => does },
    { title: "DETAIL", rank: 2, least: 12, cell: ({ detail }) => detail },
  ];
}

const owner: Column<Relation> = { title: "OWNER", rank: 1, least: 6, cell: (row) => row.owner };
