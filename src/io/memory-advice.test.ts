/** The names of advice, against the kernel's own. */
import assert from "node:assert/strict";
import { headerConstants } from "../../tests/harness/header.ts";
import { test } from "../../tests/harness/test.ts";
import { adviceOf, type MemoryAdvice } from "./memory-advice.ts";

/** Those that every header of this age has, each by the name that madvise(2) gives it. */
const named: Readonly<Record<string, MemoryAdvice>> = {
  MADV_NORMAL: "normal",
  MADV_RANDOM: "random",
  MADV_SEQUENTIAL: "sequential",
  MADV_WILLNEED: "will-need",
  MADV_DONTNEED: "dont-need",
  MADV_FREE: "free",
  MADV_REMOVE: "remove",
  MADV_DONTFORK: "dont-fork",
  MADV_DOFORK: "do-fork",
  MADV_MERGEABLE: "mergeable",
  MADV_UNMERGEABLE: "unmergeable",
  MADV_HUGEPAGE: "huge-page",
  MADV_NOHUGEPAGE: "no-huge-page",
  MADV_DONTDUMP: "dont-dump",
  MADV_DODUMP: "do-dump",
  MADV_WIPEONFORK: "wipe-on-fork",
  MADV_KEEPONFORK: "keep-on-fork",
  MADV_COLD: "cold",
  MADV_PAGEOUT: "page-out",
  MADV_POPULATE_READ: "populate-read",
  MADV_POPULATE_WRITE: "populate-write",
  MADV_DONTNEED_LOCKED: "dont-need-locked",
  MADV_COLLAPSE: "collapse",
};

test("adviceOf() gives the numbers of linux/mman.h", { needs: ["gcc"] }, async () => {
  const expected = await headerConstants(["linux/mman.h"], Object.keys(named));
  const own = Object.entries(named).map(([name, advice]) => [name, adviceOf(advice)]);
  assert.deepEqual(Object.fromEntries(own), expected);
});

test("adviceOf() knows guard pages, which are younger than most headers", () => {
  assert.deepEqual([adviceOf("guard-install"), adviceOf("guard-remove")], [102, 103]);
});

test("adviceOf() refuses the rest, and says what there is", () => {
  for (const wrong of ["hwpoison", "soft-offline", "toString", "", 4, null, undefined]) {
    const call = (): number => adviceOf(wrong as MemoryAdvice);
    assert.throws(call, { code: "ERR_OUT_OF_RANGE", message: /will-need/ });
  }
});
