/** `ipc peek ADDR`: what waits in an object, without taking it. */
import type { Command } from "commander";
import type { Received } from "../../mechanisms/rooms.ts";
import { rooms } from "../../mechanisms/rooms.ts";
import { asked, verbOf } from "../act.ts";
import { newCommand } from "../command.ts";
import { failure, status } from "../failure.ts";
import { addressed, anAddress, kindsOf } from "../kinds.ts";
import { printJson } from "../look.ts";
import { messageJson } from "../messages.ts";
import { addKindOptions, count, kindOptions } from "../options.ts";
import { printableBytes } from "../printable.ts";
import { type Column, table } from "../table.ts";
import { print } from "../terminal.ts";
import { spaced, valueWords } from "../words.ts";

const COUNT_DEFAULT = "10";

interface PeekOptions {
  readonly count?: string;
  readonly json?: true;
}

/** The command. */
export function command(): Command {
  const peek = newCommand("ipc peek", "Show what waits in an object, without taking it.")
    .argument("<address>", anAddress(rooms))
    .option("-n, --count <N>", `at most this many, from the front (default: ${COUNT_DEFAULT})`)
    .option("--json", "print an object a line, with the data as text or base64");
  addKindOptions(peek, kindsOf(rooms), "peek");
  return peek.addHelpText("after", "\nExits 1 when nothing waits there.").action(show);
}

async function show(text: string, options: PeekOptions, command: Command): Promise<void> {
  const { kind, address } = addressed(text, rooms);
  const verb = verbOf(kind.peek, kind, "peek into");
  const request = {
    address,
    options: kindOptions(command, kindsOf(rooms), kind, "peek"),
    count: count("count", options.count ?? COUNT_DEFAULT, 1),
  };
  const empty = `${address} holds nothing to show`;
  const act = { verb: "peek into", address, notNow: empty, isQuestion: true } as const;
  const messages = await asked(act, () => verb.run(request));
  if (options.json) for (const message of messages) printJson(messageJson(message));
  else print(table(columnsOf(messages), messages.map(numbered)));
  if (messages.length === 0) throw failure(status.no, empty);
}

type Numbered = Received & { readonly place: number };

function numbered(message: Received, place: number): Numbered {
  return { ...message, place };
}

function columnsOf(messages: readonly Received[]): Column<Numbered>[] {
  const names = new Set(messages.flatMap(({ about }) => Object.keys(about)));
  return [
    { title: "#", rank: 2, align: "right", cell: ({ place }) => String(place) },
    ...[...names].map(
      (name): Column<Numbered> => ({
        title: spaced(name).toUpperCase(),
        rank: 3,
        align: "right",
        cell: ({ about }) => valueWords(about[name]),
      }),
    ),
    { title: "BYTES", rank: 1, align: "right", cell: ({ data }) => String(data.length) },
    { title: "DATA", rank: 4, least: 8, cell: ({ data }) => preview(data) },
  ];
}

/** More than this of one message fits no screen; recv and --json give it whole. */
const PREVIEW_BYTES = 256;

function preview(data: Buffer): string {
  if (data.length <= PREVIEW_BYTES) return printableBytes(data);
  return `${printableBytes(data.subarray(0, PREVIEW_BYTES))}…`;
}
