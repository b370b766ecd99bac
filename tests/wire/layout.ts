/** Holds the places that a decoder reads against the kernel's headers, as the compiler sees them. */
import assert from "node:assert/strict";
import { runPeer } from "../harness/peer.ts";

/** A struct of a header. */
export interface Layout {
  /** For example "asm/shmbuf.h". */
  readonly header: string;
  /** For example "struct shmid64_ds". */
  readonly struct: string;
  readonly sizeBytes: number;
  /** Where each member begins, and how wide it is. */
  readonly members: readonly (readonly [name: string, offset: number, bytes: number])[];
}

/** Rejects unless gcc finds every member where the layout says. */
export async function assertLayout(layout: Layout): Promise<void> {
  const { header, struct, sizeBytes, members } = layout;
  const lines = [
    "#include <stddef.h>",
    "#include <unistd.h>",
    `#include <${header}>`,
    `_Static_assert(sizeof(${struct}) == ${sizeBytes}, "the size of ${struct}");`,
    ...members.flatMap(([name, offset, bytes]) => [
      `_Static_assert(offsetof(${struct}, ${name}) == ${offset}, "the place of ${name}");`,
      `_Static_assert(sizeof(((${struct} *)0)->${name}) == ${bytes}, "the width of ${name}");`,
    ]),
  ];
  const input = `${lines.join("\n")}\n`;
  const { code, stderr } = await runPeer("gcc", ["-fsyntax-only", "-xc", "-"], { input });
  assert.equal(code, 0, stderr);
}
