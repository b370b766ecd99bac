/** Shows that what is said of this machine is what other programs say. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "../../tests/harness/test.ts";
import { bootId, isSuperuser, ownMountinfo, ownNamespace, uname } from "./host.ts";

const said = (program: string, ...parameters: string[]): string =>
  execFileSync(program, parameters).toString().trim();

test("uname() gives what uname(1) prints", () => {
  assert.deepEqual(uname(), { nodename: said("uname", "-n"), release: said("uname", "-r") });
});

test("bootId() gives a UUID", () => {
  assert.match(bootId() ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

test("ownNamespace() gives the link's text, and undefined for what is no namespace", () => {
  assert.equal(ownNamespace("ipc"), said("readlink", "/proc/self/ns/ipc"));
  assert.equal(ownNamespace("nonsense"), undefined);
});

test("ownMountinfo() and isSuperuser() speak of this process", () => {
  assert.ok((ownMountinfo()?.length ?? 0) > 0);
  assert.equal(isSuperuser(), said("id", "-u") === "0");
});
