/** Files as memory, for what a segment cannot suffer: to be cut short by somebody else. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { adoptMapping, type MappedMemory } from "../../src/io/mapped-memory.ts";
import { MAP_SHARED, mmap, PROT_READ, PROT_WRITE } from "../../src/sys/memory.ts";

/** A file of zeros, gone at the end of the block. */
export class MappedFile implements Disposable {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #folder: string;

  constructor(sizeBytes: number) {
    this.#folder = mkdtempSync(join(tmpdir(), "linux-ipc-map-"));
    this.path = join(this.#folder, "mapped");
    this.sizeBytes = sizeBytes;
    this.grow();
  }

  /** As long as it was at first; what was cut off is zeros. */
  grow(): void {
    const fd = openSync(this.path, "a");
    ftruncateSync(fd, this.sizeBytes);
    closeSync(fd);
  }

  truncate(sizeBytes: number): void {
    truncateSync(this.path, sizeBytes);
  }

  /** All of it as memory that is shared with whoever has the file. */
  map(): MappedMemory {
    const fd = openSync(this.path, "r+");
    try {
      const mapping = mmap(fd, 0, this.sizeBytes, PROT_READ | PROT_WRITE, MAP_SHARED);
      if (mapping < 0) throw new Error(`mmap answered ${mapping}`);
      return adoptMapping({ mapping, address: `map:${this.path}`, readOnly: false });
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
