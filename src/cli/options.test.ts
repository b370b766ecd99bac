/** Shows how a kind's options are offered, read and refused, with kinds that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { type Kind, type Option, type Options, rooms } from "../mechanisms/rooms.ts";
import { newCommand } from "./command.ts";
import { kindsOf } from "./kinds.ts";
import { addKindOptions, count, integer, type KindVerb, kindOptions, octal } from "./options.ts";

function kindOf(name: string, options: readonly Option[]): Kind {
  const run = async (): Promise<void> => undefined;
  const parse = (rest: string): string => `${name}:${rest}`;
  return { name, title: `${name} thing`, forms: [], parse, send: { options, run } };
}

const box = kindOf("box", [
  { name: "type", type: "integer", value: "TYPE", description: "a number" },
  { name: "mode", type: "octal", value: "MODE", description: "bits" },
  { name: "no-error", type: "flag", description: "a flag that begins with no" },
]);
const tube = kindOf("tube", [
  { name: "type", type: "string", value: "WORD", description: "a word" },
  { name: "colour", type: "string", value: "COLOUR", description: "another" },
]);
const kinds = [box, tube];

function read(kind: Kind, ...words: readonly string[]): Options {
  const command = newCommand("ipc test", "").option("--no-wait").option("--file <PATH>");
  addKindOptions(command, kinds, "send");
  command.parse(words, { from: "user" });
  return kindOptions(command, kinds, kind, "send");
}

test("kindOptions() gives the values in their declared types, and only those given", () => {
  assert.deepEqual(read(box, "--type", "-9", "--mode", "600"), { type: -9, mode: 0o600 });
  assert.deepEqual(read(tube, "--type", "-9", "--no-wait"), { type: "-9" });
  assert.deepEqual(read(box), {});
});

test("kindOptions() reads a flag whose name begins with no-", () => {
  assert.deepEqual(read(box, "--no-error"), { "no-error": true });
});

test("kindOptions() refuses another kind's option and names its own", () => {
  const refusal = /^box has no --colour; it takes --type TYPE, --mode MODE, --no-error$/;
  assert.throws(() => read(box, "--colour", "red"), { message: refusal });
});

test("addKindOptions() says in help whose an option is, where it is not everybody's", () => {
  const command = newCommand("ipc test", "");
  addKindOptions(command, [...kinds, { ...box, name: "jar" }], "send");
  const help = command.helpInformation().replace(/ +/g, " ");
  assert.match(help, /^ --type <TYPE> a number$/m);
  assert.match(help, /^ --mode <MODE> box, jar: bits$/m);
  assert.match(help, /^ --colour <COLOUR> tube: another$/m);
});

test("addKindOptions() refuses a name that takes a value for one kind and none for another", () => {
  const odd = kindOf("odd", [{ name: "type", type: "flag", description: "" }]);
  assert.throws(() => addKindOptions(newCommand("ipc test", ""), [box, odd], "send"), /--type/);
});

test("the kinds of this package agree on their options", () => {
  const verbs: readonly KindVerb[] = ["make", "remove", "send", "receive", "peek"];
  for (const verb of verbs) addKindOptions(newCommand("ipc test", ""), kindsOf(rooms), verb);
});

test("integer() reads decimal, 0x and 0o with a sign, and a bigint above 2^53", () => {
  assert.equal(integer("n", "42"), 42);
  assert.equal(integer("n", "-0x10"), -16);
  assert.equal(integer("n", "0o17"), 15);
  assert.equal(integer("n", "9007199254740991"), 2 ** 53 - 1);
  assert.equal(integer("n", "9223372036854775807"), 2n ** 63n - 1n);
  for (const text of ["", "x", "1.5", "0b1", "0x", "1e3", " 1", "--1"]) {
    assert.throws(() => integer("n", text), { code: "ERR_IPC_COMMAND", exitStatus: 2 });
  }
});

test("octal() and count() refuse what is out of range", () => {
  assert.equal(octal("mode", "0o644"), 0o644);
  assert.throws(() => octal("mode", "680"), { exitStatus: 2 });
  assert.equal(count("count", "2147483647", 1), 2 ** 31 - 1);
  assert.throws(() => count("count", "2147483648", 1), { exitStatus: 2 });
  assert.throws(() => count("count", "0", 1), { exitStatus: 2 });
});
