/** `ipc tree PID`: what a process holds, and whom it talks to through it. */
import type { Command } from "commander";
import {
  type Branch,
  type End,
  kindNameOf,
  type ProcessRecord,
  type Snapshot,
  type Subject,
  snapshot,
  subjectOf,
  type Tree,
  tree,
} from "../../inspect/index.ts";
import { type CommonOptions, lookCommand } from "../command.ts";
import { processesOf } from "../facts.ts";
import { endWith, failure, status, usage } from "../failure.ts";
import { absent, printJson, reportGaps } from "../look.ts";
import { printable } from "../printable.ts";
import { paint, print, terminal } from "../terminal.ts";
import { userName } from "../users.ts";
import { counted, fillWords, processName, spaced, waitWords } from "../words.ts";

/** The command. */
export function command(): Command {
  return lookCommand("ipc tree", "Show what a process holds, and whom it talks to through it.")
    .argument("<pid>", "a process number, or pid:N")
    .addHelpText("after", help)
    .action(show);
}

const help = `
⇠ somebody who can give it something, ⇢ somebody who can take something from it, ⇄ both, · somebody
who holds the same and does the same. What is long is cut short; --json has all of it.`;

async function show(text: string, options: CommonOptions): Promise<void> {
  const subject = subjectOf(text);
  if (!("pid" in subject))
    throw usage(`expected a process: pid:N or N; of an object: ${who(subject)}`);
  const state = await snapshot();
  const found = tree(state, subject.pid);
  if (found === undefined) throw missing(state, subject.pid);
  if (options.json)
    printJson({ schema: state.schema, host: state.host, gaps: state.gaps, ...found });
  else print(drawn(found, state));
  endWith(reportGaps(state.gaps, options, status.done));
}

function who(subject: Exclude<Subject, { readonly pid: number }>): string {
  if ("address" in subject) return `ipc who ${subject.address}`;
  return `ipc who pid:${subject.descriptor.pid}/fd/${subject.descriptor.fd}`;
}

function missing({ gaps }: Snapshot, pid: number): Error {
  const hidden = gaps.find(({ reason }) => reason === "hidepid");
  if (hidden !== undefined) return failure(status.unanswered, hidden.text);
  return absent(`process ${pid}`);
}

/** More than these fill more than a screen or two. */
const BRANCHES_MAX = 100;
const ENDS_MAX = 8;
const CHILDREN_MAX = 20;

/** A line, and those that hang on it. */
interface Twig {
  readonly text: string;
  readonly twigs: readonly Twig[];
}

/** The whole drawing. */
export function drawn(found: Tree, state: Snapshot): string {
  const processes = processesOf(state);
  const branches = found.branches.slice(0, BRANCHES_MAX);
  const twigs = [
    ...branches.map((branch) => branchTwig(branch, processes)),
    ...rest(found.branches.length - BRANCHES_MAX, "more objects"),
    ...found.children.slice(0, CHILDREN_MAX).map((child) => leaf(childLine(child, state))),
    ...rest(found.children.length - CHILDREN_MAX, "more children"),
  ];
  const { columns } = terminal();
  const lines = twigs.flatMap((twig, at) => branched(twig, at === twigs.length - 1));
  const body = lines.map((line) => cut(line, columns));
  return [headline(found.process, found), ...body].map((line) => `${line}\n`).join("");
}

function cut(line: string, columns: number): string {
  const characters = [...line];
  return characters.length > columns ? `${characters.slice(0, columns - 1).join("")}…` : line;
}

function leaf(text: string): Twig {
  return { text, twigs: [] };
}

function rest(number: number, what: string): Twig[] {
  return number > 0 ? [leaf(`… and ${number} ${what}: --json`)] : [];
}

function branched({ text, twigs }: Twig, isLast: boolean): string[] {
  const [first, below] = isLast ? ["└─ ", "   "] : ["├─ ", "│  "];
  const under = twigs.flatMap((twig, at) => branched(twig, at === twigs.length - 1));
  return [`${first}${text}`, ...under.map((line) => `${below}${line}`)];
}

function headline(
  { comm, pid, uid, namespaces, unknown }: ProcessRecord,
  { branches }: Tree,
): string {
  const names = Object.entries(namespaces).filter(([, inode]) => inode !== null);
  const places = names.map(([name, inode]) => `${name}:${inode}`).join(" ");
  const unread = unknown["descriptors"];
  const hidden = unread === undefined ? "" : `  descriptors unreadable (${unread})`;
  const nothing = branches.length === 0 && unread === undefined ? "  holds no IPC object" : "";
  const words = [`(${pid})`, userName(uid), places].filter((word) => word !== "").join(" ");
  return `${paint.bold(printable(comm))} ${printable(words)}${hidden}${nothing}`;
}

function branchTwig(branch: Branch, processes: ReadonlyMap<number, ProcessRecord>): Twig {
  const ends = branch.ends.filter(({ direction }) => direction !== "beside");
  const beside = branch.ends.filter(({ direction }) => direction === "beside");
  const [only] = branch.ends;
  const own = ownWords(branch);
  if (branch.ends.length === 1 && only !== undefined) {
    return leaf(printable(`${own}  ${endWords(only, branch, processes)}`));
  }
  const shown = ends
    .slice(0, ENDS_MAX)
    .map((end) => leaf(printable(endWords(end, branch, processes))));
  return {
    text: printable(own),
    twigs: [
      ...shown,
      ...rest(ends.length - ENDS_MAX, "more processes"),
      ...besideTwig(beside, processes),
    ],
  };
}

/** More names than these are only counted. */
const BESIDE_MAX = 3;

/** Who only shares what it holds, as every child of a shell does, is worth one line. */
function besideTwig(
  ends: readonly End[],
  processes: ReadonlyMap<number, ProcessRecord>,
): readonly Twig[] {
  if (ends.length === 0) return [];
  const names = ends.slice(0, BESIDE_MAX).map(({ pid }) => processName(pid, processes));
  const more = ends.length - names.length;
  const others = more > 0 ? [`${more} others`] : [];
  return [leaf(printable(`${arrows.beside} ${[...names, ...others].join(", ")}`))];
}

/** "KIND:42 fd 3 4  65536/65536B 100%  FULL  waits to write" */
function ownWords({ address, object, holds, waits, uses }: Branch): string {
  const fds = holds.flatMap(({ fd }) => fd ?? []);
  const held = fds.length > 0 ? [`fd ${fds.join(" ")}`] : [];
  const ways = [...new Set(holds.filter(({ fd }) => fd === null).map(({ how }) => how))];
  const last =
    waits.length + holds.length > 0 ? [] : [...new Set(uses.map(({ role }) => spaced(role)))];
  const state = object === null ? [] : [fillWords(object), object.flags.join(" ").toUpperCase()];
  const words = [[address, ...held, ...ways].join(" "), ...state, ...waits.map(waitWords), ...last];
  return words.filter((word) => word !== "").join("  ");
}

const arrows = { in: "⇠", out: "⇢", both: "⇄", beside: "·" } as const;

function endWords(
  { pid, address, direction, link, fds, waits }: End,
  branch: Branch,
  processes: ReadonlyMap<number, ProcessRecord>,
): string {
  const there = address === branch.address ? [] : [`as ${address}`];
  const held = fds.length > 0 ? [`fd ${fds.join(" ")}`] : [];
  const kind = link === null || link === kindNameOf(address) ? [] : [`(${link})`];
  const name = processName(pid, processes);
  return [arrows[direction], name, ...held, ...there, ...kind, ...waits.map(waitWords)].join(" ");
}

function childLine({ comm, pid }: ProcessRecord, { holds, waits }: Snapshot): string {
  const objects = new Set(holds.filter((hold) => hold.pid === pid).map(({ object }) => object))
    .size;
  const held = objects === 0 ? "" : `  holds ${counted(objects, "object", "objects")}`;
  const blocked = waits.filter((wait) => wait.pid === pid).slice(0, 1);
  const doing = blocked.map((wait) => `  ${wait.object} ${waitWords(wait)}`).join("");
  return printable(`child ${comm}[${pid}]${held}${doing}`);
}
