/** Shows which optional dependencies a lock file lacks, and what is put there for them. */
import assert from "node:assert/strict";
import { test } from "../../tests/harness/test.ts";
import { completed, type Lock, missingFrom } from "./completeness.ts";

const lock: Lock = {
  packages: {
    "": {},
    "node_modules/@tool/linux-x64": { version: "1.0.0" },
    "node_modules/tool": {
      optionalDependencies: { "@tool/linux-x64": "1.0.0", "@tool/linux-arm64-musl": "1.0.0" },
    },
  },
};

test("missingFrom() names what has no entry", () => {
  assert.deepEqual(missingFrom(lock), [["@tool/linux-arm64-musl", "1.0.0"]]);
});

test("completed() adds an entry that says for which platform the package is", () => {
  const whole = completed(lock);
  assert.deepEqual(missingFrom(whole), []);
  assert.deepEqual(whole.packages["node_modules/@tool/linux-arm64-musl"], {
    version: "1.0.0",
    cpu: ["arm64"],
    dev: true,
    libc: ["musl"],
    optional: true,
    os: ["linux"],
  });
});

test("completed() refuses a package whose platform it cannot tell", () => {
  const packages = { "node_modules/x": { optionalDependencies: { plain: "1.0.0" } } };
  assert.throws(() => completed({ packages }), /For which platform is plain/);
});
