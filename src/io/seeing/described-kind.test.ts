/** Shows which addresses a kind of descriptor takes, and how it prints them. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { describedKind } from "./described-kind.ts";

const epoll = describedKind({ name: "epoll", title: "epoll instance" });
const eventfd = describedKind({ name: "eventfd", title: "eventfd", number: "ID" });

test("parse() takes a process and a descriptor, without zeros in front", () => {
  assert.equal(epoll.parse("120/5"), "epoll:120/5");
  assert.equal(epoll.parse("0120/005"), "epoll:120/5");
  assert.equal(eventfd.parse("007"), "eventfd:7");
  assert.deepEqual(eventfd.forms, ["eventfd:ID", "eventfd:PID/FD"]);
});

test("parse() refuses what is neither, and says what it takes", () => {
  for (const rest of ["", "7", "1/2/3", "-1/2", "1/x"]) {
    assert.throws(() => epoll.parse(rest), { code: "ERR_OUT_OF_RANGE", message: /epoll:PID\/FD/ });
  }
  assert.throws(() => eventfd.parse("x"), /eventfd:ID or eventfd:PID\/FD/);
});
