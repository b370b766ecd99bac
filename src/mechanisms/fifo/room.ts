/** The room of FIFOs, as the command, the map, the doctor and the tests see it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { probeOn } from "../../io/probe.ts";
import type { Probe, Room } from "../../io/room.ts";
import { SystemError } from "../../sys/errors.ts";
import { close } from "../../sys/fd.ts";
import { AT_FDCWD, mknod, openPath, RESOLVE_CACHED, S_IFIFO } from "../../sys/path.ts";
import { fifoKind } from "./kind.ts";
import { seeFifos } from "./see.ts";

export const fifoRoom: Room = {
  name: "fifo",
  kinds: [fifoKind],
  probe,
  limits: () => [],
  see: seeFifos,
};

/** Tries it on a FIFO of its own, which is gone afterwards. */
function probe(): readonly Probe[] {
  const folder = mkdtempSync(join(tmpdir(), "linux-ipc-fifo-"));
  try {
    const path = join(folder, "probe");
    return probeOn(
      "make a FIFO (mknodat)",
      () => makeFifo(path),
      () => [["see who waits to open one (openat2 with RESOLVE_CACHED)", () => find(path)]],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function makeFifo(path: string): Disposable & { remove(): void } {
  const made = mknod(path, S_IFIFO | 0o600);
  if (made < 0) throw new SystemError(made, "mknodat", { path });
  const nothing = (): void => undefined;
  return { remove: nothing, [Symbol.dispose]: nothing };
}

function find(path: string): void {
  const fd = openPath(AT_FDCWD, path, { resolve: RESOLVE_CACHED });
  if (fd < 0) throw new SystemError(fd, "openat2", { path });
  close(fd);
}
