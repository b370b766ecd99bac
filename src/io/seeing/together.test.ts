/** Several looks as one. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { viewOf } from "../../../tests/inspect/table.ts";
import { SystemError } from "../../sys/errors.ts";
import type { Sight } from "../room.ts";
import type { Gap } from "../schema.ts";
import { together, unlessRefused } from "./together.ts";

const nothing: Sight = { objects: [], holds: [], waits: [], links: [], findings: [], gaps: [] };

function gap(text: string): Gap {
  return { what: "things", reason: "EACCES", count: 1, text };
}

test("together() says once what several looks did not see for the same reason", () => {
  const one = { ...nothing, gaps: [gap("One."), gap("Two.")] };
  const link = { from: "a:1", to: "b:2", kind: "kind", direction: "both" } as const;
  const { gaps, links } = together([one, { ...nothing, links: [link], gaps: [gap("Two.")] }]);
  assert.deepEqual(
    gaps.map(({ text }) => text),
    ["One.", "Two."],
  );
  assert.deepEqual(links, [link]);
});

test("unlessRefused() makes a gap of the system's refusal, and of nothing else", () => {
  const refused = unlessRefused("room", () => {
    throw new SystemError("ENOSYS", "msgctl");
  });
  assert.deepEqual(refused(viewOf([])), {
    ...nothing,
    gaps: [
      {
        what: "room",
        reason: "ENOSYS",
        count: null,
        text: "The kernel did not show the room room: ENOSYS: Function not implemented, msgctl.",
      },
    ],
  });
  const broken = unlessRefused("room", () => {
    throw new TypeError("a bug");
  });
  assert.throws(() => broken(viewOf([])), TypeError);
  assert.equal(unlessRefused("room", () => nothing)(viewOf([])), nothing);
});
