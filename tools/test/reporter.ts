/**
 * Runs inside the process of a test file: writes what node:test reports into the runner's log.
 * The only way in is a default export; node:test asks for one.
 */
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import { type Line, log } from "../../tests/harness/log.ts";

/** Logs the events of one file, and prints nothing itself. */
// biome-ignore lint/correctness/useYield: a reporter is a generator, and this one has its own log.
async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    const line = lineOf(event, path);
    if (line !== undefined) log(line);
  }
}

/** Keeps in `path` the names of the suites and tests that an event stands in. */
function lineOf(event: TestEvent, path: string[]): Line | undefined {
  switch (event.type) {
    case "test:start":
      path.length = event.data.nesting;
      path.push(event.data.name);
      return undefined;
    case "test:pass":
    case "test:fail":
      path.length = event.data.nesting;
      return resultOf(event, [...path, event.data.name].join(" › "));
    case "test:diagnostic":
      return isTally(event.data.message) ? undefined : { kind: "note", text: event.data.message };
    default:
      return undefined;
  }
}

type Ended = Extract<TestEvent, { type: "test:pass" | "test:fail" }>;

/** Suites, and tests that failed only because of their subtests, are not counted beside these. */
function resultOf({ type, data }: Ended, name: string): Line | undefined {
  const ms = Math.round(data.details.duration_ms);
  if (type === "test:fail" && data.todo === undefined) {
    const error = data.details.error as Failure;
    if (error.failureType === "subtestsFailed") return undefined;
    return { kind: "fail", name, ms, error: inspect(error.cause ?? error) };
  }
  if (data.details.type === "suite") return undefined;
  const skip = data.skip ?? data.todo;
  if (skip === undefined || skip === false) return { kind: "pass", name, ms };
  return { kind: "skip", name, reason: skip === true ? "" : skip };
}

interface Failure extends Error {
  readonly failureType?: string;
}

/** node:test ends a file with its own counts; the runner has its own. */
function isTally(message: string): boolean {
  return /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message);
}

export default report;
