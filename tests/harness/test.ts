/**
 * The `test` of every test file: node:test's, and beyond it each test must end holding nothing
 * that it did not find. What is left behind fails the test by name.
 */
import * as nodeTest from "node:test";
import { until } from "./deadline.ts";
import { type Holdings, holdings, leftSince } from "./leftovers.ts";
import { log } from "./log.ts";
import { type Need, needs } from "./needs.ts";

export { after, afterEach, before, beforeEach, describe } from "node:test";

/** How long what ends by itself (a closing socket, a thread that was told to) may take. */
const settleMs = Number(process.env["LINUX_IPC_TEST_SETTLE_MS"] ?? 3_000);

export interface TestOptions {
  /** What the machine must offer; what is missing skips the test and says why. */
  readonly needs?: readonly Need[];
  /** Fails the test after this long. Default: one minute. */
  readonly timeoutMs?: number;
}

/** What a test is given. */
export interface TestScene {
  readonly name: string;
  /** Aborted when the test has run out of time. */
  readonly signal: AbortSignal;
  /** Does this when the test has ended, however it ended; what was added last goes first. */
  after(cleanUp: () => unknown): void;
  /** Adds a line to the report. */
  diagnostic(line: string): void;
}

type Body = (scene: TestScene) => unknown;

const defaultTimeoutMs = 60_000;

/** Declares a test: its name is a symbol and a claim. */
export function test(name: string, body: Body): void;
export function test(name: string, options: TestOptions, body: Body): void;
export function test(name: string, first: TestOptions | Body, second?: Body): void {
  const [options, body] = typeof first === "function" ? [{}, first] : [first, second as Body];
  const skip = needs(...(options.needs ?? []));
  const settings = { timeout: options.timeoutMs ?? defaultTimeoutMs, ...(skip && { skip }) };
  nodeTest.test(name, settings, (context) => logged(context, body));
}

async function logged(context: nodeTest.TestContext, body: Body): Promise<void> {
  log({ kind: "start", name: context.name });
  try {
    await watched(context, body);
  } finally {
    log({ kind: "end", name: context.name });
  }
}

/** Runs the body and what it left to do after it, then looks for what it left behind. */
async function watched(context: nodeTest.TestContext, body: Body): Promise<void> {
  const found = holdings();
  try {
    await withCleanUp(context, body);
  } catch (error) {
    for (const thing of await leftBehind(found)) context.diagnostic(`left behind: ${thing}`);
    throw error;
  }
  const left = await leftBehind(found);
  if (left.length > 0) throw new Error(`The test left behind: ${left.join("; ")}`);
}

async function withCleanUp(context: nodeTest.TestContext, body: Body): Promise<void> {
  await using stack = new CleanUps();
  await body({
    name: context.name,
    signal: context.signal,
    after: (cleanUp) => stack.add(cleanUp),
    diagnostic: (line) => context.diagnostic(line),
  });
}

/** A stack of what is to be done at the end; one that fails does not keep the others from it. */
class CleanUps implements AsyncDisposable {
  readonly #stack: (() => unknown)[] = [];

  add(cleanUp: () => unknown): void {
    this.#stack.push(cleanUp);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (const cleanUp of this.#stack.reverse()) {
      await Promise.resolve()
        .then(cleanUp)
        .catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  }
}

/** What is still there when everything has had its time to end. */
async function leftBehind(found: Holdings): Promise<string[]> {
  const settled = until("an end", () => leftSince(found).length === 0, { timeoutMs: settleMs });
  return settled.then(
    () => [],
    () => leftSince(found),
  );
}

/** The end of the file is watched too: objects that outlive it were made outside of any test. */
const foundByFile = holdings();
process.once("exit", () => {
  const left = leftSince(foundByFile).filter((thing) => !thing.startsWith("descriptor "));
  if (left.length === 0) return;
  console.error(`The file left behind: ${left.join("; ")}`);
  process.exitCode ||= 1;
});
