/** Addresses of the internet as text: one form of each, against Node's own URL. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "../../tests/harness/test.ts";
import { ipText, isAny, isLoopback, parseIp } from "./ip-address.ts";

function textOf(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return ipText(view, 0, bytes.length === 4 ? "v4" : "v6");
}

test("ipText() writes the longest row of zeros as ::, the first of several", () => {
  const text = (hex: string): string => textOf(Uint8Array.from(Buffer.from(hex, "hex")));
  assert.equal(text("7f000001"), "127.0.0.1");
  assert.equal(text("00000000000000000000000000000000"), "::");
  assert.equal(text("00000000000000000000000000000001"), "::1");
  assert.equal(text("20010db8000000000001000000000001"), "2001:db8::1:0:0:1");
  assert.equal(text("20010db8000000010001000100010001"), "2001:db8:0:1:1:1:1:1");
  assert.equal(text("fe800000000000000000000000000000"), "fe80::");
  assert.equal(text("00000000000000000000ffff0a000001"), "10.0.0.1");
});

test("ipText() writes IPv6 as WHATWG's URL does", () => {
  const word = fc.oneof(fc.constant(0), fc.nat({ max: 0xffff }));
  fc.assert(
    fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (groups) => {
      const bytes = Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]));
      const text = textOf(bytes);
      if (!text.includes(":")) return;
      assert.equal(`[${text}]`, new URL(`http://[${text}]/`).hostname);
      assert.equal(parseIp(groups.map((group) => group.toString(16)).join(":")), text);
    }),
  );
});

test("parseIp() takes other forms of an address, and nothing else", () => {
  assert.equal(parseIp("0:0:0:0:0:0:0:1"), "::1");
  assert.equal(parseIp("::FFFF:1.2.3.4"), "1.2.3.4");
  assert.equal(parseIp("1::2.3.4.5"), "1::203:405");
  assert.equal(parseIp("1.2.3.4"), "1.2.3.4");
  const wrong = [
    "",
    "1.2.3",
    "1.2.3.256",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "g::",
    "::1.2.3",
  ];
  for (const text of [...wrong, "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8:9", "localhost"]) {
    assert.equal(parseIp(text), undefined, text);
  }
});

test("parseIp() gives an address in its one form or nothing, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0123456789abcdefg:.") }), (text) => {
      const address = parseIp(text);
      if (address !== undefined) assert.equal(parseIp(address), address);
    }),
  );
});

test("isLoopback() and isAny() know the addresses of both families", () => {
  assert.deepEqual(["127.0.0.1", "127.9.9.9", "::1"].map(isLoopback), [true, true, true]);
  assert.deepEqual(["128.0.0.1", "::", "::2"].map(isLoopback), [false, false, false]);
  assert.deepEqual(["0.0.0.0", "::", "::1"].map(isAny), [true, true, false]);
});
