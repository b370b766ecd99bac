/** `ipc recv ADDR`: takes messages and writes their bytes to standard output. */
import type { Command } from "commander";
import { type Received, rooms } from "../../mechanisms/rooms.ts";
import { asked, verbOf } from "../act.ts";
import { newCommand } from "../command.ts";
import { codeOf, endWith, failure, status, statusOf, usage } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { addressed, anAddress, kindsOf } from "../kinds.ts";
import { printJson } from "../look.ts";
import { messageJson } from "../messages.ts";
import { addKindOptions, count, kindOptions } from "../options.ts";
import { printableBytesLines } from "../printable.ts";
import { print, terminal } from "../terminal.ts";

interface ReceiveOptions {
  readonly count?: string;
  readonly follow?: true;
  readonly wait: boolean;
  readonly timeout?: string;
  readonly json?: true;
}

/** The command. */
export function command(): Command {
  const receive = newCommand("ipc recv", "Take messages and write their bytes to standard output.")
    .argument("<address>", anAddress(rooms))
    .option("-n, --count <N>", "take this many (default: 1)")
    .option("-f, --follow", "take until interrupted, or while some come")
    .option("--no-wait", "take only what is there now")
    .option("--timeout <MS>", "wait at most this long for each")
    .option("--json", "print an object a line, with the data as text or base64");
  addKindOptions(receive, kindsOf(rooms), "receive");
  return receive.addHelpText("after", help).action(take);
}

const help = `
Nothing is written between messages, and nothing is changed in them. Only on a terminal a newline
ends each, control characters are escaped, and what is not UTF-8 is shown as hexadecimal.
Exits 1 when fewer came than were asked for (with --follow: none) in the time allowed.
Ctrl-C loses no message: what the kernel has already given is written before the end.`;

async function take(text: string, options: ReceiveOptions, command: Command): Promise<void> {
  const { kind, address } = addressed(text, rooms);
  const verb = verbOf(kind.receive, kind, "receive from");
  const most = mostOf(options);
  const request = {
    address,
    options: kindOptions(command, kindsOf(rooms), kind, "receive"),
    wait: options.wait,
    timeoutMs: options.timeout === undefined ? undefined : count("timeout", options.timeout, 0),
  };
  const act = { verb: "receive from", address, notNow: `nothing to receive from ${address}` };
  const receive = (signal: AbortSignal): Promise<Received> =>
    asked(act, () => verb.run({ ...request, signal }));
  endWith(await interruptible((signal) => takeAll(receive, most, signal, options)));
}

function mostOf(options: ReceiveOptions): number {
  if (options.follow && options.count !== undefined)
    throw usage("--count and --follow exclude each other");
  if (options.follow) return Number.POSITIVE_INFINITY;
  return options.count === undefined ? 1 : count("count", options.count, 1);
}

/**
 * One at a time: the next is taken only when the last is written. In between, the event loop runs
 * once, or Ctrl-C would not be heard while messages come without a pause.
 */
async function takeAll(
  receive: (signal: AbortSignal) => Promise<Received>,
  most: number,
  signal: AbortSignal,
  options: ReceiveOptions,
): Promise<number> {
  for (let taken = 0; taken < most && !signal.aborted; taken++) {
    let message: Received;
    try {
      message = await receive(signal);
    } catch (error) {
      if (options.follow && taken > 0 && endsFollowing(error)) return status.done;
      throw error;
    }
    deliver(message, options);
    await new Promise(setImmediate);
  }
  return status.done;
}

/** Who has taken a message and cannot hand it on has lost it, and says so. */
function deliver(message: Received, options: ReceiveOptions): void {
  try {
    if (options.json) printJson(messageJson(message));
    else print(shown(message.data));
  } catch (error) {
    if (codeOf(error) !== "EPIPE") throw error;
    throw failure(status.refused, "nobody reads the output: the last message is lost", error);
  }
}

/** A queue that ran dry (or went away) is how a --follow with a limit is meant to end. */
function endsFollowing(error: unknown): boolean {
  return statusOf(error) === status.no;
}

/** The bytes themselves, but never to a terminal, which would obey what a stranger has sent. */
function shown(data: Buffer): Uint8Array | string {
  return terminal().isTerminal ? `${printableBytesLines(data)}\n` : data;
}
