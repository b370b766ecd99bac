/** Checks of the project's style what a program can check; the rules are in tools/tidy/. */
import { root } from "./paths.ts";
import { brokenIn } from "./tidy/rules.ts";

const broken = brokenIn(root);
for (const { file, line, message, rule } of broken) {
  console.error(`${file}${line === 0 ? "" : `:${line}`}: ${message} (${rule})`);
}
if (broken.length === 0) console.log("tidy");
else process.exitCode = 1;
