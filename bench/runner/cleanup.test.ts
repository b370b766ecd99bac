/** Shows that what was begun is undone once, by whoever comes first. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { demand } from "../../tools/run.ts";
import { undoLater } from "./cleanup.ts";

test("undoLater() undoes it when it is told to, and only once", () => {
  let undone = 0;
  const undo = undoLater(() => undone++);
  undo();
  undo();
  assert.equal(undone, 1);
});

test("undoLater() undoes it when the process ends before", async () => {
  const script = `
    import { undoLater } from ${JSON.stringify(new URL("cleanup.js", import.meta.url).href)};
    undoLater(() => console.log("undone"));
    process.exit(0);`;
  const words = ["--input-type=module", "-e", script];
  assert.equal(await demand(process.execPath, words), "undone\n");
});
