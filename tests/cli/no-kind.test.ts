/** The command knows kinds only through the list of rooms: its sources name none. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { kindsOf } from "../../src/cli/kinds.ts";
import { rooms } from "../../src/mechanisms/rooms.ts";
import { inTree } from "../../tools/paths.ts";
import { test } from "../harness/test.ts";
import { ipc } from "./ipc.ts";

test("no source of the command holds an address of any kind", () => {
  const files = readdirSync(inTree("src/cli"), { recursive: true, encoding: "utf8" });
  const sources = files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    // ipcs, ipcmk and ipcrm are about three kinds, as the programs are that they stand for.
    .filter((file) => !file.startsWith("compatibility/"));
  assert.ok(sources.includes("main.ts") && sources.includes("verbs/recv.ts"));
  const names = kindsOf(rooms).map(({ name }) => name);
  const address = new RegExp(`\\b(${names.join("|")}):(?! )`);
  assert.match("such as msg:0", address);
  const found = sources.filter((file) =>
    address.test(readFileSync(inTree("src/cli", file), "utf8")),
  );
  assert.deepEqual(found, []);
});

test("help of every verb on an object has an address of the first kind as its example", async () => {
  const form = kindsOf(rooms)[0]?.forms[0] ?? "none";
  for (const verb of ["show", "who", "why", "rm", "send", "recv", "peek"]) {
    const { stdout } = await ipc(["help", verb]);
    assert.ok(stdout.replace(/\s+/g, " ").includes(`an address such as ${form}`), verb);
  }
});
