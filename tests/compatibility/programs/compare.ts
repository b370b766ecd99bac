/**
 * Runs each step with ours and with the machine's program, over the objects that are there, and
 * prints where they differ. Standard input: a list of steps.
 */
import { readFileSync } from "node:fs";
import { comparable, ours, type Step, theirs } from "../outcomes.ts";

const steps = JSON.parse(readFileSync(0, "utf8")) as readonly Step[];
const differences: unknown[] = [];
for (const step of steps) {
  const [own, original] = [comparable(await ours(step)), comparable(theirs(step))];
  if (JSON.stringify(own) === JSON.stringify(original)) continue;
  differences.push({ step, ours: own, theirs: original });
}
console.log(JSON.stringify({ compared: steps.length, differences }));
