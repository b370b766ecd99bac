/** Names of Unix sockets: any bytes, as one word, and back. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { unixNameBytes, unixNameText } from "./unix-name.ts";

const encoder = new TextEncoder();

test("unixNameText() leaves plain names as they are, and escapes what a shell would take", () => {
  const text = (name: string): string => unixNameText(encoder.encode(name));
  assert.equal(text("/run/dbus/system_bus_socket"), "/run/dbus/system_bus_socket");
  assert.equal(text("/run/x.sock\0\0"), "/run/x.sock");
  assert.equal(text("\0/tmp/.X11-unix/X0"), "@/tmp/.X11-unix/X0");
  assert.equal(text("/tmp/für mich"), "/tmp/für\\x20mich");
  assert.equal(text("\0a\0$(b)\n"), "@a\\x00\\x24\\x28b\\x29\\x0a");
  assert.equal(text("\0"), "@");
  assert.equal(text("/a\\b"), "/a\\x5cb");
});

test("unixNameText() escapes every byte of a letter that is not whole", () => {
  assert.equal(unixNameText(Uint8Array.of(0, 0x61, 0xc3, 0xbc, 0xff)), "@a\\xc3\\xbc\\xff");
});

test("unixNameText() does not let a path look like an abstract name", () => {
  const text = unixNameText(encoder.encode("@x"));
  assert.equal(text, "\\x40x");
  assert.deepEqual(unixNameBytes(text), encoder.encode("@x"));
});

test("unixNameBytes() undoes unixNameText(), whatever the bytes", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 107 }), (bytes) => {
      const name = Uint8Array.of(0, ...bytes);
      assert.deepEqual(unixNameBytes(unixNameText(name)), name);
      const path = Uint8Array.of(0x2f, ...bytes.filter((byte) => byte !== 0));
      assert.deepEqual(unixNameBytes(unixNameText(path)), path);
      assert.match(unixNameText(name), /^@[\p{L}\p{N}\p{M}_./:@%+=,\\-]*$/u);
    }),
  );
});

test("unixNameBytes() refuses what is no name", () => {
  for (const text of ["", "/a\\", "/a\\x", "/a\\xg0", "/a\\x00b", `/${"a".repeat(108)}`]) {
    assert.equal(unixNameBytes(text), undefined, text);
  }
  assert.equal(unixNameBytes(`@${"a".repeat(108)}`), undefined);
  assert.equal(unixNameBytes(`@${"a".repeat(107)}`)?.length, 108);
});
