/** Shows that the runner reports whatever a test file does, and outlives it. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { type FileResult, runFile, type TestResult } from "./file.ts";
import { wayIn } from "./namespaces.ts";

async function runFixture(
  name: string,
  timeoutMs = 30_000,
  namespaces: "own" | "none" = "own",
): Promise<FileResult> {
  const enter = namespaces === "own" ? await wayIn() : undefined;
  const environment = { LINUX_IPC_TEST_SETTLE_MS: "200" };
  const setting = { node: process.execPath, environment, enter, timeoutMs, echo: false };
  return runFile(`dist/tests/harness/fixtures/${name}.js`, setting);
}

function find(result: FileResult, name: string): TestResult {
  const found = result.tests.find((test) => test.name === name);
  assert.ok(found, `no test ${name} in ${JSON.stringify(result)}`);
  return found;
}

test("runFile() tells each outcome of a test, with its error, reason, notes and suite", async () => {
  const result = await runFixture("every-outcome");
  assert.deepEqual(
    result.tests.map((test) => [test.name, test.outcome]),
    [
      ["passes", "passed"],
      ["fails", "failed"],
      ["a suite › inside", "passed"],
      ["is skipped", "skipped"],
    ],
  );
  assert.deepEqual(find(result, "passes").notes, ["a note"]);
  assert.match(find(result, "fails").text, /1 !== 2/);
  assert.equal(find(result, "is skipped").text, "needs luck: there is none");
});

test("runFile() fails a test by the name of what it left behind", async () => {
  const result = await runFixture("leaves-things");
  assert.match(find(result, "a queue").text, /left behind: System V msg id \d+/);
  assert.match(find(result, "a descriptor").text, /left behind: descriptor \d+ \(\/dev\/null\)/);
  assert.match(find(result, "a child").text, /left behind: child \d+ \(sleep/);
  assert.match(find(result, "a file").text, /left behind: shared memory \/dev\/shm\/left-behind/);
  assert.equal(find(result, "nothing").outcome, "passed");
});

test("runFile() keeps a test's own error above what it left behind", async () => {
  const both = find(await runFixture("leaves-things"), "a queue and an error");
  assert.match(both.text, /the test's own error/);
  assert.match(both.notes.join(), /left behind: System V msg/);
});

test("runFile() fails a file that leaves something behind outside of its tests", async () => {
  const result = await runFixture("leaves-queue-outside");
  assert.equal(find(result, "nothing").outcome, "passed");
  assert.match(find(result, "the file").text, /ended with code 1: after its last test/);
  assert.match(result.output, /The file left behind: System V msg/);
});

test("runFile() ends a file that hangs, with its children, and names the test", async () => {
  const result = await runFixture("hangs", 6_000);
  assert.equal(find(result, "ends").outcome, "passed");
  assert.equal(find(result, "the file").text, "did not end within 6000 ms: in hangs");
  assert.ok(result.tookMs < 20_000, `took ${result.tookMs} ms`);
});

test("runFile() ends a file that hangs where there are no namespaces, and its children", async () => {
  const result = await runFixture("hangs", 6_000, "none");
  assert.equal(find(result, "the file").text, "did not end within 6000 ms: in hangs");
});

test("runFile() says when all tests ended but their process did not", async () => {
  const result = await runFixture("stays", 6_000);
  assert.match(find(result, "the file").text, /after its last test had ended/);
});

test("runFile() says which test a killed process was in", async () => {
  const result = await runFixture("crashes");
  assert.match(find(result, "the file").text, /in is killed$/);
});

test("runFile() fails a file without a test", async () => {
  assert.equal(find(await runFixture("runs-no-test"), "the file").text, "ran no test");
});

test("runFile() gives the file namespaces of its own", { needs: ["namespaces"] }, async () => {
  const result = await runFixture("looks-around");
  const wrong = result.tests.filter((one) => one.outcome !== "passed");
  assert.deepEqual(wrong, []);
});
