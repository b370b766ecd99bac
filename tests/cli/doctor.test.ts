/** What `ipc doctor` says here, and as nobody. */
import assert from "node:assert/strict";
import { rooms } from "../../src/mechanisms/rooms.ts";
import { test } from "../harness/test.ts";
import { ipc, ipcAsNobody, parsed } from "./ipc.ts";

test("doctor has a line for everything that was tried, and a sum", async () => {
  const { code, stdout } = await ipc(["doctor"]);
  assert.equal(code, 0);
  assert.match(stdout, /^AREA +STATE +WHAT/);
  const trying = rooms.filter((room) => room.probe().length > 0);
  for (const { name } of trying) assert.match(stdout, new RegExp(`^${name} +(ok|missing) `, "m"));
  assert.match(stdout, /\n(all \d+ ok|\d+ ok, \d+ missing)\n$/);
  const { checks } = parsed<{ checks: { area: string; ok: boolean; text: string }[] }>(
    await ipc(["doctor", "--json"]),
  );
  assert.ok(checks.some(({ area }) => area === "seeing"));
  for (const { ok, text } of checks) assert.ok(ok || text !== "");
});

test("doctor as nobody names the capabilities that are missing", {
  needs: ["setuid", "root"],
}, async () => {
  const { code, stdout } = await ipcAsNobody(["doctor"]);
  assert.equal(code, 0);
  assert.match(stdout, /^seeing +missing +.*CAP_SYS_PTRACE/m);
  assert.equal((await ipcAsNobody(["doctor", "--strict"])).code, 3);
});
