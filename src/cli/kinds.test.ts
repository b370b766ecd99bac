/** Shows how addresses find their kind, with a kind that does not exist. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import type { Room } from "../mechanisms/rooms.ts";
import { addressed, anAddress, kindNamed, looksLikeAddress } from "./kinds.ts";
import { parsePasswd } from "./users.ts";

const nothing = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };
const rooms: readonly Room[] = [
  {
    name: "boxes",
    kinds: [
      { name: "box", title: "box", forms: ["box:N"], parse: (rest) => `box:${Number(rest)}` },
    ],
    probe: () => [],
    limits: () => [],
    see: () => nothing,
  },
];

test("addressed() gives the kind and the printed form", () => {
  const { kind, address } = addressed("box:007", rooms);
  assert.deepEqual([kind.name, address], ["box", "box:7"]);
});

test("addressed() and kindNamed() name what is known", () => {
  assert.throws(() => addressed("7", rooms), {
    message: /addresses look like box:N/,
    exitStatus: 2,
  });
  assert.throws(() => addressed("tube:7", rooms), { message: /kinds are box/, exitStatus: 2 });
  assert.throws(() => kindNamed("tube", rooms), { message: /kinds are box/, exitStatus: 2 });
});

test("anAddress() speaks in the words of the first kind, where there is one", () => {
  assert.equal(anAddress(rooms), "an address such as box:N");
  assert.equal(anAddress([]), "an address");
});

test("looksLikeAddress() tells an address from a verb", () => {
  assert.equal(looksLikeAddress("box:1", rooms), true);
  assert.equal(looksLikeAddress("pid:1", rooms), true);
  assert.equal(looksLikeAddress("ls", rooms), false);
  assert.equal(looksLikeAddress("http://x", rooms), false);
});

test("parsePasswd() takes the first name of a number and skips what is no entry", () => {
  const users = parsePasswd(
    "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\nbad\n\nn:x:65534:1:::\n",
  );
  assert.deepEqual(
    [...users],
    [
      [0, "root"],
      [65534, "n"],
    ],
  );
});
