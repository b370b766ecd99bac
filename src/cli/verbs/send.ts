/** `ipc send ADDR [DATA]`: sends one message. */
import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { rooms } from "../../mechanisms/rooms.ts";
import { asked, verbOf } from "../act.ts";
import { newCommand } from "../command.ts";
import { endWith, failure, sentenceOf, status, usage } from "../failure.ts";
import { interruptible } from "../interrupt.ts";
import { addressed, anAddress, kindsOf } from "../kinds.ts";
import { addKindOptions, count, kindOptions } from "../options.ts";

interface SendOptions {
  readonly file?: string;
  readonly wait: boolean;
  readonly timeout?: string;
}

/** The command. */
export function command(): Command {
  const send = newCommand("ipc send", "Send one message.")
    .argument("<address>", anAddress(rooms))
    .argument("[data]", "the message; - or nothing for standard input")
    .option("--file <PATH>", "send what this file holds")
    .option("--no-wait", "exit 1 instead of waiting for room")
    .option("--timeout <MS>", "wait at most this long, then exit 1");
  addKindOptions(send, kindsOf(rooms), "send");
  return send.action(give);
}

async function give(
  text: string,
  operand: string | undefined,
  options: SendOptions,
  command: Command,
): Promise<void> {
  const { kind, address } = addressed(text, rooms);
  const verb = verbOf(kind.send, kind, "send to");
  const request = {
    address,
    options: kindOptions(command, kindsOf(rooms), kind, "send"),
    wait: options.wait,
    timeoutMs: options.timeout === undefined ? undefined : count("timeout", options.timeout, 0),
    data: await dataOf(operand, options.file),
  };
  const act = { verb: "send to", address, notNow: `${address} has no room for the message now` };
  endWith(
    await interruptible(async (signal) => {
      await asked(act, () => verb.run({ ...request, signal }));
      return status.done;
    }),
  );
}

async function dataOf(operand: string | undefined, file: string | undefined): Promise<Uint8Array> {
  if (operand !== undefined && file !== undefined) {
    throw usage("give the message or --file, not both");
  }
  if (file !== undefined) return contentsOf(file);
  if (operand !== undefined && operand !== "-") return Buffer.from(operand);
  if (operand === undefined && process.stdin.isTTY) {
    throw usage("nothing to send: give the message, --file PATH, or - to type it");
  }
  return standardInput();
}

async function contentsOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw failure(status.refused, `cannot read the message: ${sentenceOf(error)}`, error);
  }
}

/** No mechanism carries more than this in one message; it ends a read of something endless. */
const INPUT_BYTES_MAX = 64 * 1024 * 1024;

async function standardInput(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > INPUT_BYTES_MAX) {
      throw usage(
        `standard input holds more than ${INPUT_BYTES_MAX} bytes, too many for a message`,
      );
    }
  }
  return Buffer.concat(chunks);
}
