/**
 * Runs inside the process of a test file: writes what node:test reports as one JSON object a line,
 * which the runner reads. The only way in is a default export; node:test asks for one.
 */
import type { TestEvent } from "node:test/reporters";
import { inspect } from "node:util";
import type { Line } from "./line.ts";

/** Turns the events of one file into lines. */
async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const path: string[] = [];
  for await (const event of events) {
    const line = lineOf(event, path);
    if (line !== undefined) yield `${JSON.stringify(line)}\n`;
  }
}

/** Keeps in `path` the names of the suites and tests that an event stands in. */
function lineOf(event: TestEvent, path: string[]): Line | undefined {
  switch (event.type) {
    case "test:start":
      path.length = event.data.nesting;
      path.push(event.data.name);
      return { kind: "start", name: path.join(" › ") };
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

function resultOf({ type, data }: Ended, name: string): Line | undefined {
  const ms = Math.round(data.details.duration_ms);
  const suite = data.details.type === "suite";
  if (type === "test:fail" && data.todo === undefined) {
    const error = data.details.error as Failure;
    if (error.failureType === "subtestsFailed") return { kind: "end", name };
    return { kind: "fail", name, ms, error: inspect(error.cause ?? error) };
  }
  if (suite) return { kind: "end", name };
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
