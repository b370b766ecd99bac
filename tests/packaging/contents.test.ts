/** Shows that a tarball which holds too much, too little or the wrong things is refused. */
import assert from "node:assert/strict";
import { objectionsToDescription, objectionsToFiles } from "../../tools/package/contents.ts";
import { test } from "../harness/test.ts";

const files = [
  "package.json",
  "README.md",
  "LICENSE",
  "dist/ipc.cjs",
  "dist/ipc.command.cjs",
  "dist/ipc.licenses.txt",
  "dist/src/index.js",
  "dist/src/index.d.ts",
  "prebuilds/linux-x64-glibc/linux-ipc.node",
];

test("objectionsToFiles() accepts a whole tarball", () => {
  assert.deepEqual(objectionsToFiles(files), []);
});

for (const file of files) {
  test(`objectionsToFiles() misses ${file}`, () => {
    assert.equal(objectionsToFiles(files.filter((other) => other !== file)).length, 1);
  });
}

for (const file of [
  "binding.gyp",
  "dist/src/sys/fd.test.js",
  "dist/src/cli/main.js",
  "native/addon.c",
  "src/index.ts",
  "tests/x.sh",
]) {
  test(`objectionsToFiles() refuses ${file}`, () => {
    assert.equal(objectionsToFiles([...files, file]).length, 1);
  });
}

test("objectionsToDescription() refuses install scripts and dependencies", () => {
  assert.deepEqual(
    objectionsToDescription({ scripts: { build: "x" }, devDependencies: { x: "1" } }),
    [],
  );
  assert.deepEqual(objectionsToDescription({ scripts: { postinstall: "x" } }), [
    "has the script postinstall",
  ]);
  assert.deepEqual(objectionsToDescription({ dependencies: { x: "1" } }), ["dependencies holds x"]);
});
