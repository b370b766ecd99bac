/**
 * The options that a kind adds to a verb. A verb's command takes the options of all kinds, since
 * the address may stand behind them; once it is read, those of other kinds are refused.
 */
import { type Command, Option as CommandOption } from "commander";
import type { Kind, Option, Options } from "../mechanisms/rooms.ts";
import { usage } from "./failure.ts";

/** The verbs that a kind may have. */
export type KindVerb = "make" | "remove" | "send" | "receive" | "peek";

/**
 * Adds the options that any of `kinds` has for the verb, each once. What not all have says in help
 * whose it is: "KIND: how many …".
 */
export function addKindOptions(command: Command, kinds: readonly Kind[], verb: KindVerb): void {
  const able = kinds.filter((kind) => kind[verb] !== undefined);
  const known = new Map<string, Option>();
  for (const option of able.flatMap((kind) => kind[verb]?.options ?? [])) {
    const before = known.get(option.name);
    if (before === undefined) command.addOption(toCommander(option, ownersOf(option, able, verb)));
    else if ((before.type === "flag") !== (option.type === "flag")) throw clash(option.name, verb);
    known.set(option.name, option);
  }
}

/** The kinds that have the option, where some have it not. */
function ownersOf({ name }: Option, kinds: readonly Kind[], verb: KindVerb): readonly string[] {
  const owners = kinds.filter((kind) => kind[verb]?.options.some((one) => one.name === name));
  return owners.length === kinds.length ? [] : owners.map((kind) => kind.name);
}

/** A mistake in the rooms, which their tests must find: no error of the user's. */
function clash(name: string, verb: KindVerb): Error {
  return new Error(`--${name} of ${verb} takes a value for one kind and none for another`);
}

function toCommander(option: Option, owners: readonly string[]): CommandOption {
  const value = option.type === "flag" ? "" : ` <${option.value ?? "VALUE"}>`;
  const whose = owners.length === 0 ? "" : `${owners.join(", ")}: `;
  return new CommandOption(`--${option.name}${value}`, whose + option.description);
}

/** The given options of this kind, of their declared types. @throws usage failures. */
export function kindOptions(
  command: Command,
  kinds: readonly Kind[],
  kind: Kind,
  verb: KindVerb,
): Options {
  const own = kind[verb]?.options ?? [];
  const given = new Map(givenOptions(command));
  const foreign = kinds
    .flatMap((one) => one[verb]?.options ?? [])
    .find(({ name }) => given.has(name) && !own.some((option) => option.name === name));
  if (foreign !== undefined)
    throw usage(`${kind.name} has no --${foreign.name}; ${offer(own, kind)}`);
  return Object.fromEntries(
    own
      .filter(({ name }) => given.has(name))
      .map((option) => [option.name, typed(option, given.get(option.name))]),
  );
}

/** By the name after the dashes. commander keeps --no-x as x, so its own names cannot be used. */
function givenOptions(command: Command): [string, unknown][] {
  return command.options
    .filter((option) => command.getOptionValueSource(option.attributeName()) === "cli")
    .map((option) => [option.long?.slice(2) ?? "", command.getOptionValue(option.attributeName())]);
}

function offer(options: readonly Option[], kind: Kind): string {
  if (options.length === 0) return `${kind.name} has no options of its own here`;
  return `it takes ${options.map(synopsis).join(", ")}`;
}

/** "--type TYPE" */
function synopsis(option: Option): string {
  return option.type === "flag"
    ? `--${option.name}`
    : `--${option.name} ${option.value ?? "VALUE"}`;
}

function typed(option: Option, value: unknown): string | number | bigint | boolean {
  if (option.type === "flag") return true;
  const text = String(value);
  if (option.type === "integer") return integer(option.name, text);
  return option.type === "octal" ? octal(option.name, text) : text;
}

/** Decimal, 0x… or 0o…, with a sign: a number, or a bigint above 2^53. */
export function integer(name: string, text: string): number | bigint {
  const [, sign, digits] = /^([+-]?)(\d+|0x[\da-f]+|0o[0-7]+)$/i.exec(text) ?? [];
  if (digits === undefined) {
    throw usage(`wrong --${name} "${text}": expected an integer, decimal or 0x… or 0o…`);
  }
  const value = sign === "-" ? -BigInt(digits) : BigInt(digits);
  return BigInt.asIntN(54, value) === value ? Number(value) : value;
}

/** Permission bits as chmod(1) writes them: 600, 0600 or 0o600. */
export function octal(name: string, text: string): number {
  if (/^(0o)?[0-7]{1,10}$/i.test(text)) return Number.parseInt(text.replace(/^0o/i, ""), 8);
  throw usage(`wrong --${name} "${text}": expected octal digits such as 600`);
}

/** A whole number from `least` to 2^31-1. */
export function count(name: string, text: string, least: number): number {
  const value = integer(name, text);
  if (typeof value === "number" && value >= least && value <= 0x7fffffff) return value;
  throw usage(`wrong --${name} "${text}": expected ${least} to 2147483647`);
}
