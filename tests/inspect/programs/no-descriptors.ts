/** Walks with fewer and fewer descriptors free; prints what each walk gave, "ok" or an errno. */
import { closeSync, openSync } from "node:fs";
import { addon } from "../../../src/sys/addon.ts";
import { WALK_ALL, walkSync } from "../../../src/sys/walk.ts";

const opened: number[] = [];
addon();

function fill(): void {
  try {
    for (;;) opened.push(openSync("/dev/null", "r"));
  } catch {
    // RLIMIT_NOFILE is reached, which is what we want.
  }
}

function attempt(): string {
  try {
    walkSync(WALK_ALL);
    return "ok";
  } catch (error) {
    return String((error as { errno?: number }).errno);
  }
}

fill();
const answers = [attempt()];
for (let free = 1; free <= 5; free++) {
  closeSync(opened.pop() ?? -1);
  answers.push(attempt());
}
console.log(answers.join(" "));
