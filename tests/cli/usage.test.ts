/** Help, the version, and every kind of mistake on the command line. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inTree } from "../../tools/paths.ts";
import { test } from "../harness/test.ts";
import { ipc } from "./ipc.ts";

const names = [
  ...["ls", "ps", "tree", "show", "who", "why", "diff", "gc", "limits", "doctor"],
  ...["mk", "rm", "send", "recv", "peek", "help"],
];

test("--version prints the package's version", async () => {
  const { version } = JSON.parse(readFileSync(inTree("package.json"), "utf8")) as {
    version: string;
  };
  const { code, stdout } = await ipc(["--version"]);
  assert.deepEqual([code, stdout], [0, `${version}\n`]);
});

test("help lists every verb, address and exit status", async () => {
  const { code, stdout } = await ipc(["help"]);
  assert.equal(code, 0);
  for (const name of names) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  assert.match(stdout, /msg:ID/);
  for (const status of ["0", "1", "2", "3", "4", "130"]) {
    assert.match(stdout, new RegExp(`^  ${status} `, "m"));
  }
  assert.equal((await ipc(["--help"])).stdout, stdout);
});

test("help VERB and VERB --help print the same", async () => {
  for (const name of names) {
    const { code, stdout } = await ipc(["help", name]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: ipc ${name}`));
    assert.equal((await ipc([name, "--help"])).stdout, stdout);
  }
});

test("help of a verb lists the options that kinds add to it", async () => {
  assert.match((await ipc(["help", "send"])).stdout, /--type <TYPE>/);
  assert.match((await ipc(["help", "mk"])).stdout, /--max-bytes <BYTES>/);
});

/** What is typed, and what the one sentence must say. */
const mistakes: readonly (readonly [words: string, sentence: RegExp])[] = [
  ["frob", /no verb "frob"; the verbs are ls, ps/],
  ["help frob", /no verb "frob"/],
  ["msg:0", /ipc show msg:0/],
  ["--frob", /unknown option '--frob'.*--json/],
  ["ls --frob", /unknown option '--frob'.*--where/],
  ["ls frob", /no kind "frob"; the kinds are msg/],
  ["ls -o frob", /no column "frob"; the columns are address/],
  ["ls --sort frob", /no column "frob"/],
  ["show", /missing required argument 'address'/],
  ["show msg:0 msg:1", /too many arguments/],
  ["show frob", /msg:ID/],
  ["show msg:frob", /frob/],
  ["who frob:0", /msg:ID/],
  ["why", /missing required argument/],
  ["mk", /missing required argument 'kind'/],
  ["mk frob", /no kind "frob"/],
  ["mk msg --mode 9", /wrong --mode "9": expected octal/],
  ["mk msg --key frob", /wrong --key "frob": expected an integer/],
  ["rm frob", /"frob" is not an address; addresses look like msg:ID/],
  ["send msg:0 --frob 1", /unknown option '--frob'.*--type/],
  ["send msg:0 --type", /argument missing/],
  ["send msg:0 --type frob x", /wrong --type "frob"/],
  ["send msg:0 --timeout -1 x", /wrong --timeout "-1": expected 0 to 2147483647/],
  ["send msg:0 x --file y", /not both/],
  ["recv msg:0 --count 0", /wrong --count "0"/],
  ["recv msg:0 --count 1 --follow", /exclude each other/],
  ["peek msg:0 -n many", /wrong --count "many"/],
  ["why --check --json msg:0", /'--check' cannot be used with option '--json'/],
  ["--type recv", /argument missing/],
];

for (const [words, sentence] of mistakes) {
  test(`ipc ${words} exits 2 with one sentence`, async () => {
    const { code, stdout, stderr } = await ipc(words.split(" "));
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, /^ipc: [^\n]+\n$/);
    assert.match(stderr, sentence);
  });
}

test("send exits 4 when the file to send cannot be read", async () => {
  const { code, stderr } = await ipc(["send", "msg:0", "--file", "/no/such/file"]);
  assert.equal(code, 4);
  assert.match(stderr, /^ipc: cannot read the message: ENOENT[^\n]*\n$/);
});
