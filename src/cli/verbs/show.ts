/** `ipc show ADDR`: everything that is known of one object or process. */
import type { Command } from "commander";
import type {
  Namespaces,
  ObjectRecord,
  ProcessRecord,
  Snapshot,
  Unknown,
} from "../../inspect/index.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { modeWords } from "../columns.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { endWith, status } from "../failure.ts";
import { anAddress } from "../kinds.ts";
import { type Look, lookFor, partOf, printJson, reportGaps } from "../look.ts";
import { printable } from "../printable.ts";
import { hung, prose } from "../prose.ts";
import { relationsOf } from "../relations.ts";
import { table } from "../table.ts";
import { paint, print } from "../terminal.ts";
import { userName } from "../users.ts";
import { ageWords, fillRatio, fillWords, spaced, valueWords } from "../words.ts";

/** The command. */
export function command(): Command {
  return lookCommand("ipc show", "Show everything that is known of one object or process.")
    .argument("<address>", `${anAddress(rooms)}, or pid:N, or pid:N/fd/M`)
    .action(show);
}

/** A line of the sheet; those without a value are left out. */
type Fact = readonly [name: string, value: string];

async function show(text: string, options: CommonOptions): Promise<void> {
  const look = await lookFor(text);
  if (options.json) printJson(partOf(look));
  else printSheet(look);
  endWith(reportGaps(look.state.gaps, options, status.done));
}

function printSheet(look: Look): void {
  const { object, process, subject } = look.found;
  const title = object?.title ?? process?.comm ?? "";
  print(`${paint.bold(printable(subject))}  ${printable(title)}\n`);
  const facts: readonly Fact[] = [
    ...(object === null ? [] : objectFacts(object, look.state)),
    ...(process === null ? [] : processFacts(process)),
    ...partFacts(look.found),
    ...headed("related", relationLines(look)),
  ];
  print(
    table(
      factColumns,
      facts.filter(([, value]) => value !== ""),
      sheet,
    ),
  );
  for (const { text } of partOf(look).findings)
    print(`
${prose(hung(text), 2)}`);
}

const sheet = { bare: true, wrap: true, indent: 2 };

const factColumns = [
  { title: "", rank: 2, cell: ([name]: Fact): string => name, paint: paint.dim },
  { title: "", rank: 1, least: 10, cell: ([, value]: Fact): string => value },
];

function relationLines({ state, found }: Look): string[] {
  const relations = relationsOf(state, found);
  const lines = relations
    .slice(0, RELATIONS_MAX)
    .map(({ other, does, detail }) =>
      [other, does, detail].filter((part) => part !== "").join("  "),
    );
  const more = relations.length - RELATIONS_MAX;
  return more > 0 ? [...lines, `… and ${more} more: ipc who ${found.subject} --json`] : lines;
}

/** More than these fill more than a screen. */
const RELATIONS_MAX = 40;

/** Writes the name before the first of several lines. */
function headed(name: string, lines: readonly string[]): Fact[] {
  return lines.map((line, index) => [index === 0 ? name : "", line]);
}

function objectFacts(object: ObjectRecord, state: Snapshot): Fact[] {
  return [
    ["also", object.aliases.join(", ")],
    ["owner", userName(object.uid)],
    ["group", String(object.gid ?? "")],
    ["mode", modeWords(object.mode)],
    ["fill", fillFact(object)],
    ["changed", changedFact(object, Date.parse(state.host.time))],
    ["flags", object.flags.join(" ").toUpperCase()],
    ["namespace", namespaceFact(object, state)],
    ...detailFacts(object),
    ...unknownFacts(object.unknown),
    ["source", object.source.join(", ")],
  ];
}

/** Of another namespace than ours, with a process through which it can be entered. */
function namespaceFact({ namespace }: ObjectRecord, { host, processes }: Snapshot): string {
  if (namespace === null) return "";
  const isIn = (home: Namespaces): boolean => Object.values(home).includes(namespace);
  if (isIn(host.namespaces)) return String(namespace);
  const inhabitant = processes.find(({ namespaces }) => isIn(namespaces));
  if (inhabitant === undefined) return `${namespace}, not ours`;
  return `${namespace}, not ours: that of ${inhabitant.comm}[${inhabitant.pid}]`;
}

/** The fullest unit first, as in the list, then every amount with its limit. */
function fillFact(object: ObjectRecord): string {
  const units = new Set([...Object.keys(object.used), ...Object.keys(object.limit)]);
  const amounts = [...units].map((unit) => amountWords(object, unit)).join(", ");
  return fillRatio(object) === undefined ? amounts : `${fillWords(object)} (${amounts})`;
}

function amountWords({ used, limit }: ObjectRecord, unit: string): string {
  const [amount, most] = [used[unit], limit[unit]];
  if (amount === undefined) return `at most ${most} ${spaced(unit)}`;
  return most === undefined ? `${amount} ${spaced(unit)}` : `${amount} of ${most} ${spaced(unit)}`;
}

/** Each part of it, or the one that was asked about. */
function partFacts({ object, part: asked }: Look["found"]): Fact[] {
  const parts = (object?.parts ?? []).filter(({ address }) => asked === null || address === asked);
  const lines = parts.map(({ address, used, details }) =>
    [address, valueWords({ ...used, ...details })].join("  "),
  );
  return headed(asked === null ? "parts" : "part", lines);
}

function changedFact({ changedAt }: ObjectRecord, nowMs: number): string {
  return changedAt === null ? "" : `${changedAt}, ${ageWords(changedAt, nowMs)} ago`;
}

function detailFacts({ details }: ObjectRecord): Fact[] {
  return Object.entries(details).map(([name, value]) => [spaced(name), valueWords(value)]);
}

function unknownFacts(unknown: Unknown): Fact[] {
  return Object.entries(unknown).map(([name, why]) => [spaced(name), `unknown: ${why}`]);
}

function processFacts(process: ProcessRecord): Fact[] {
  return [
    ["command", process.cmdline.join(" ")],
    ["owner", userName(process.uid)],
    ["parent", String(process.ppid)],
    ["state", process.state],
    ["threads", String(process.threads)],
    ["descriptors", valueWords(process.descriptors)],
    ["namespaces", valueWords({ ...process.namespaces })],
    ["cgroup", process.cgroup ?? ""],
    ...unknownFacts(process.unknown),
  ];
}
