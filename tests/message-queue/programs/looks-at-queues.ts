/** Looks at the POSIX message queues three times; prints as JSON what each look says of "/told". */
import { readdirSync } from "node:fs";
import { findObject, snapshot } from "linux-ipc/inspect";

async function look(): Promise<unknown> {
  const { details } = findObject(await snapshot({ kinds: ["mq"] }), "mq:/told") ?? {};
  return [details?.["notified"], details?.["subscriberPid"] === process.pid];
}

async function main(): Promise<void> {
  const first = await look();
  const before = readdirSync("/proc/self/fd").length;
  const looks = [first, await look(), await look()];
  const grown = readdirSync("/proc/self/fd").length - before;
  console.log(JSON.stringify({ looks, grown }));
}

void main();
