/** Sockets through the addon: asking the kernel for the sockets of this process. */
import assert from "node:assert/strict";
import { fstatSync, readFileSync, readlinkSync } from "node:fs";
import { runPeer } from "../../tests/harness/peer.ts";
import { test } from "../../tests/harness/test.ts";
import { close } from "./fd.ts";
import { createRegion, releaseRegion } from "./region.ts";
import * as sys from "./socket.ts";

const kind = sys.SOCK_RAW | sys.SOCK_CLOEXEC | sys.SOCK_NONBLOCK;

test("socket() makes a descriptor with the flags that are asked for", () => {
  const fd = sys.socket(sys.AF_NETLINK, kind, sys.NETLINK_SOCK_DIAG);
  assert.match(readlinkSync(`/proc/self/fd/${fd}`), new RegExp(`^socket:.${fstatSync(fd).ino}.$`));
  assert.match(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"), /^flags:\t02004002$/m);
  close(fd);
});

test("send() and recv() ask and are answered, and hand over refusals", () => {
  const fd = sys.socket(sys.AF_NETLINK, kind, sys.NETLINK_SOCK_DIAG);
  const region = createRegion(64);
  assert.equal(sys.recv(fd, region), -11);
  // A message of type 20 for a family that nobody has.
  region.bytes.write("1200000014000100010000000000000063000000", "hex");
  assert.equal(sys.send(fd, region, 20), 20);
  assert.ok(sys.recv(fd, region, sys.MSG_TRUNC) >= 20);
  assert.equal(region.view.getUint16(4, true), 2);
  assert.ok(region.view.getInt32(16, true) < 0);
  assert.equal(sys.send(fd, region, 65), -14);
  assert.equal(close(fd), 0);
  assert.equal(sys.recv(fd, region), -9);
  assert.equal(sys.socket(999, kind, 0), -97);
  releaseRegion(region);
});

test("the constants are those of the headers", { needs: ["gcc"] }, async () => {
  const lines = Object.entries(sys).flatMap(([name, value]) => {
    return typeof value === "number" ? [`_Static_assert(${name} == ${value}, "${name}");`] : [];
  });
  assert.ok(lines.length >= 9);
  const headers = ["#include <sys/socket.h>", "#include <linux/netlink.h>"];
  const input = [...headers, ...lines, ""].join("\n");
  const { code, stderr } = await runPeer("gcc", ["-fsyntax-only", "-xc", "-"], { input });
  assert.equal(code, 0, stderr);
});
