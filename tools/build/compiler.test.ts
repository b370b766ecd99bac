/** Shows where the compiler's output belongs and where Node's headers are found. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "../../tests/harness/test.ts";
import { nodeHeaders, platform, platformOf } from "./compiler.ts";

test("platformOf() reads architecture and C library from the compiler's own words", () => {
  assert.equal(platformOf("x86_64-linux-gnu"), "linux-x64-glibc");
  assert.equal(platformOf("aarch64-linux-gnu"), "linux-arm64-glibc");
  assert.equal(platformOf("x86_64-alpine-linux-musl"), "linux-x64-musl");
});

test("platformOf() refuses a compiler for another system", () => {
  assert.throws(() => platformOf("x86_64-w64-mingw32"), /does not compile for Linux/);
});

test("platform() is that of this machine", { needs: ["gcc"] }, async () => {
  assert.match(await platform(), new RegExp(`^linux-${process.arch}-`));
});

test("nodeHeaders() has node_api.h and uv.h", { needs: ["node-headers"] }, async () => {
  const folder = await nodeHeaders();
  assert.ok(existsSync(`${folder}/node_api.h`) && existsSync(`${folder}/uv.h`));
});
