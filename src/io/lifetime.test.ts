/** The life of a handle. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { Lifetime, type PendingWait } from "./lifetime.ts";

class Thing {
  readonly lifetime: Lifetime;

  constructor(release: () => void = () => {}) {
    this.lifetime = new Lifetime(this, () => "The thing", release);
  }
}

test("Lifetime.close() calls off the waits, then releases, once", () => {
  const events: string[] = [];
  const { lifetime } = new Thing(() => events.push("release"));
  const wait: PendingWait = {
    cancel: (cause) => events.push(`cancel: ${cause.message}`),
    reference: () => {},
  };
  lifetime.begin(wait);
  lifetime.close();
  lifetime.close();
  assert.deepEqual(events, ["cancel: The thing is closed", "release"]);
});

test("Lifetime.check() throws ClosedError after close() only", () => {
  const { lifetime } = new Thing();
  lifetime.check();
  lifetime.close();
  assert.ok(lifetime.closed);
  assert.throws(() => lifetime.check(), { name: "ClosedError", code: "ERR_CLOSED" });
});

test("Lifetime.reference() reaches the waits under way, and no wait that ended", () => {
  const { lifetime } = new Thing();
  const told: string[] = [];
  const named = (name: string): PendingWait => ({
    cancel: () => {},
    reference: (alive) => told.push(`${name} ${alive}`),
  });
  const ended = named("ended");
  lifetime.begin(ended);
  lifetime.begin(named("going"));
  lifetime.end(ended);
  lifetime.reference(false);
  assert.ok(!lifetime.referenced);
  assert.deepEqual(told, ["going false"]);
  lifetime.close();
});
