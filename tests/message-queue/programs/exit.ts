/** Exits with code 7, when told to, while a worker waits in every kind of wait: `exit KIND=ID …`. */
import { startWorker } from "../programs.ts";

for (const pair of process.argv.slice(2)) {
  const [kind, id] = pair.split("=");
  startWorker("wait", { kind, id: Number(id) });
}
process.stdin.once("data", () => process.exit(7));
