/**
 * Tries what a limit may refuse: `limited ID stay|drop`; with drop it becomes nobody first. Prints a
 * line for each try: what it tried, then the code and the hint of the refusal. Then that it lives.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { type MappedMemory, ReservedRange, SysvSharedMemory } from "linux-ipc/shared-memory";

const [id, how] = process.argv.slice(2);
const segment = SysvSharedMemory.byId(Number(id));
const memory = segment.attach();
if (how === "drop") {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}

/** Room for a few segments more than this process has now: what V8 maps comes later. */
function limitAddressSpace(): void {
  const status = readFileSync("/proc/self/status", "latin1");
  const now = Number(/^VmSize:\s+(\d+)/m.exec(status)?.[1]) * 1024;
  spawnSync("prlimit", [`--pid=${process.pid}`, `--as=${now + 2 ** 28}`]);
}

function attachAll(): void {
  const all: MappedMemory[] = [];
  try {
    for (let count = 0; count < 1_000; count++) all.push(segment.attach());
  } finally {
    for (const one of all) one.close();
  }
}

const tries: Readonly<Record<string, () => unknown>> = {
  lockSegment: () => segment.lock(),
  lockMemory: () => memory.lock(),
  lockPage: () => memory.lock({ sizeBytes: 4_096 }),
  hugePages: () => SysvSharedMemory.open(0, { sizeBytes: 1, hugePages: true }).remove(),
  attach: () => segment.attach().close(),
  ...(how === "stay" && {
    attachAll: () => {
      limitAddressSpace();
      attachAll();
    },
    reserve: () => ReservedRange.reserve(2 ** 30),
  }),
};

for (const [name, attempt] of Object.entries(tries)) console.log(`${name} ${outcomeOf(attempt)}`);
memory.write(0, "x");
if (memory.read(0, 1).toString() === "x") console.log("alive");

function outcomeOf(attempt: () => unknown): string {
  try {
    attempt();
    return "allowed";
  } catch (error) {
    const { code, hint } = error as NodeJS.ErrnoException & { readonly hint?: string };
    return `${code} ${hint}`;
  }
}
