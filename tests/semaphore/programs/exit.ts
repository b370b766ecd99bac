/** Exits with code 7, when told to, while a worker waits on the set of an id in every kind of wait. */
import { startWorker } from "../programs.ts";
import { waitNames } from "../waits.ts";

for (const kind of waitNames) startWorker("wait", { id: Number(process.argv[2]), kind });
process.stdin.once("data", () => process.exit(7));
