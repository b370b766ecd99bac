/** Completes package-lock.json after `npm install`, so that `npm ci` accepts it everywhere. */
import { readFileSync, writeFileSync } from "node:fs";
import { completed, type Lock, missingFrom } from "./lock/completeness.ts";
import { inTree } from "./paths.ts";

const file = inTree("package-lock.json");
const lock: Lock = JSON.parse(readFileSync(file, "utf8"));
const missing = missingFrom(lock);
if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
console.log(`${missing.length} entries added to package-lock.json`);
