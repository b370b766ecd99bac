/** Shows which of the words is the verb, with verbs that do not exist. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { newCommand } from "./command.ts";
import { verbPlace } from "./verb-place.ts";
import type { VerbEntry } from "./verbs.ts";

function verbOf(name: string, ...flags: readonly string[]): VerbEntry {
  const command = newCommand(name, "");
  for (const one of flags) command.option(one);
  return { name, summary: "", load: async () => command };
}

const verbs = [verbOf("put", "-t, --type <N>", "--json"), verbOf("get", "-t, --type <N>", "--all")];

/** The verb of "--type 7 get box:1". */
async function verbIn(text: string): Promise<string | undefined> {
  const words = text.split(" ");
  return words[await verbPlace(words, verbs)];
}

test("verbPlace() passes over options before the verb, and their values", async () => {
  for (const words of ["--json", "--type 7", "--type=7", "-t 7", "-t7 --json", "--type -7"]) {
    assert.equal(await verbIn(`${words} put box:1`), "put", words);
  }
  assert.equal(await verbIn("--type 7 --all get box:1"), "get");
});

test("verbPlace() takes no value for a verb", async () => {
  assert.equal(await verbIn("--type put get box:1"), "get");
  assert.equal(await verbIn("--type get put box:1"), "put");
});

test("verbPlace() gives the first word that is no option when it finds no verb", async () => {
  assert.equal(await verbIn("frob"), "frob");
  assert.equal(await verbIn("--json 7 put"), "7");
  assert.equal(await verbIn("--all put"), "put");
  assert.equal(await verbIn("--type"), undefined);
});
