/**
 * Tries everything on somebody else's segment: `outsider ID stay|drop`; with drop it becomes nobody
 * first. Prints a line for each try: what it tried, then the code and the hint of the refusal.
 */
import {
  listSysvSharedMemory,
  ReservedRange,
  SysvSharedMemory,
  setSysvSharedMemoryLimits,
} from "linux-ipc/shared-memory";

const [id, how] = process.argv.slice(2);
if (how === "drop") {
  process.setgroups?.([]);
  process.setgid?.(65534);
  process.setuid?.(65534);
}
const segment = SysvSharedMemory.byId(Number(id));
const range = ReservedRange.reserve(2 ** 20);

/** Through a view, which asks nobody. */
function write(): void {
  using memory = segment.attach({ readOnly: true });
  memory.bytes.write("yours");
}

const tries: Readonly<Record<string, () => unknown>> = {
  attach: () => segment.attach().close(),
  attachReadOnly: () => segment.attach({ readOnly: true }).close(),
  attachInRange: () => segment.attach({ range }).close(),
  write,
  protect: () => {
    using memory = segment.attach({ readOnly: true });
    memory.protect("read-write");
  },
  stat: () => segment.stat(),
  list: () => listSysvSharedMemory().find((status) => status.id === segment.id)?.id ?? fail(),
  lock: () => segment.lock(),
  // The same user may, whatever its namespace.
  ...(how === "drop" && { limits: () => setSysvSharedMemoryLimits({ segmentBytesMax: 9000 }) }),
  set: () => segment.set({ mode: 0o600 }),
  remove: () => segment.remove(),
};

for (const [name, attempt] of Object.entries(tries)) console.log(`${name} ${outcomeOf(attempt)}`);
range.close();

function fail(): never {
  throw new Error("not listed");
}

function outcomeOf(attempt: () => unknown): string {
  try {
    attempt();
    return "allowed";
  } catch (error) {
    const { code, hint } = error as NodeJS.ErrnoException & { readonly hint?: string };
    return `${code} ${hint}`;
  }
}
