/** POSIX queues as the command names and removes them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { close } from "../../sys/fd.ts";
import { mqOpen, mqUnlink, O_CREAT, O_RDWR } from "../../sys/mq.ts";
import { readFolder } from "./mq-folder.ts";
import { mqKind } from "./mq-kind.ts";

test("parse() takes a name with its slash, or a number", () => {
  for (const rest of ["/jobs", "/a b", "/ä", "/.hidden", "/(deleted)", "12345"]) {
    assert.equal(mqKind.parse(rest), `mq:${rest}`);
  }
  assert.equal(mqKind.parse("007"), "mq:7");
  const wrong = ["", "/", "jobs", "/a/b", "/..", "/.", "/a\0b", "-1", "1.5", `/${"ä".repeat(128)}`];
  for (const rest of wrong) {
    assert.throws(() => mqKind.parse(rest), { code: "ERR_OUT_OF_RANGE" }, rest);
  }
});

/** The addresses by number of the queues that are there. */
function numbers(): readonly string[] {
  const folder = readFolder(true);
  assert.ok(typeof folder !== "string", `${folder}`);
  return folder.queues.map(({ inode }) => `mq:${inode}`);
}

test("remove unlinks a queue by its name, and one that no text names by its number", {
  needs: ["isolated"],
}, async () => {
  const remove = mqKind.remove?.run ?? assert.fail();
  const strange = Buffer.from([0x61, 0xff, 0x62]);
  for (const name of [Buffer.from("jobs"), strange]) {
    const fd = mqOpen(name, O_RDWR | O_CREAT, 0o600);
    assert.ok(fd >= 0, `${fd}`);
    close(fd);
  }
  await remove({ address: "mq:/jobs", options: {} });
  const [number = ""] = numbers();
  await remove({ address: number, options: {} });
  assert.deepEqual(numbers(), []);
  assert.equal(mqUnlink(strange), -2);
  for (const address of ["mq:/jobs", number]) {
    await assert.rejects(remove({ address, options: {} }), { code: "ENOENT", address });
  }
});
