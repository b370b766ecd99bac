/**
 * The soak: every file of tests/soak with its full counts, one after the other, each in namespaces
 * of its own, showing its figures as it prints them.
 *
 *   npm run soak -- [part of a file's path …] [--hours N]
 */
import { parseArgs } from "node:util";
import { soakFiles, sourceOf } from "./files.ts";
import { installPeers } from "./peers.ts";
import { runFile, type Setting } from "./test/file.ts";
import { wayIn } from "./test/namespaces.ts";
import { closingLine, count, linesFor, type Tally } from "./test/report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { hours: { type: "string", default: "2" } },
});

async function main(): Promise<void> {
  await installPeers();
  const setting: Setting = {
    node: process.execPath,
    environment: { LINUX_IPC_SOAK: "1" },
    enter: await wayIn(),
    timeoutMs: Number(values.hours) * 3_600_000,
    echo: true,
  };
  const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const file of soakFiles(positionals)) {
    console.log(`\n${sourceOf(file)}`);
    const result = await runFile(file, setting);
    count(tally, result);
    console.log(
      linesFor({ ...result, output: "" }, { verbose: true, allowedSkips: undefined }).join("\n"),
    );
  }
  console.log(`\n${closingLine(tally)}`);
  if (tally.failed > 0 || tally.passed === 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
