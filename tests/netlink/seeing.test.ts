/** Seeing the netlink sockets of foreign programs: family, port, groups, losses and waits. */
import assert from "node:assert/strict";
import { findObject, snapshot } from "linux-ipc/inspect";
import { startPeer } from "../harness/peer.ts";
import { test } from "../harness/test.ts";
import { scripted, waitsOf } from "../inspect/sockets.ts";

const settings = { needs: ["python", "isolated"] } as const;

const bound = `
s = socket(AF_NETLINK, SOCK_RAW, 0); s.bind((77777, 0x41))
u = socket(AF_NETLINK, SOCK_DGRAM, 15); u.bind((0, 1))
say(inode(s), u.getsockname()[0])
`;

test(
  "snapshot() shows family, port and groups, and who has it by its inode",
  settings,
  async (scene) => {
    const { pid, numbers } = await scripted(scene, `${bound}rest()`);
    const seen = await snapshot();
    const object = findObject(seen, "netlink:route/77777");
    assert.equal(object?.details["inode"], numbers[0]);
    assert.deepEqual(object?.details["groups"], ["link", "ipv4-route"]);
    assert.deepEqual([object?.details["drops"], object?.flags], [0, []]);
    const holders = seen.holds.filter((hold) => hold.object === object?.address);
    assert.deepEqual(
      holders.map((hold) => hold.pid),
      [pid],
    );
    assert.deepEqual(findObject(seen, `netlink:uevent/${numbers[1]}`)?.details["groups"], [
      "kernel",
    ]);
  },
);

test(
  "snapshot() shows no socket of the kernel's, and not the one it asks through",
  settings,
  async () => {
    const { objects } = await snapshot();
    const families = objects
      .filter(({ kind }) => kind === "netlink")
      .map(({ details }) => details["family"]);
    assert.ok(!families.includes("sock-diag"));
    assert.ok(objects.every(({ details }) => details["portId"] !== 0));
  },
);

test("snapshot() tells who waits for the kernel", settings, async (scene) => {
  const { pid } = await scripted(scene, `${bound}s.recv(100)`);
  const [wait] = await waitsOf(pid);
  assert.deepEqual(
    [wait?.object, wait?.operation, wait?.text],
    ["netlink:route/77777", "receive", "a message from the kernel"],
  );
});

test("snapshot() tells of messages that were lost", settings, async (scene) => {
  const script = `
import fcntl, struct
s = socket(AF_NETLINK, SOCK_RAW, 0); s.setsockopt(SOL_SOCKET, SO_RCVBUF, 1); s.bind((55555, 1))
c = socket()
for flags in [0, 1] * 20: fcntl.ioctl(c, 0x8914, struct.pack("16sH14x", b"lo", flags))
say(1)
rest()`;
  const { pid } = await scripted(scene, script);
  const seen = await snapshot();
  const object = findObject(seen, "netlink:route/55555");
  const drops = object?.details["drops"];
  assert.ok(Number(drops) > 0);
  assert.deepEqual(object?.flags, ["dropped"]);
  const finding = seen.findings.find(({ rule }) => rule === "netlink-dropped");
  assert.deepEqual([finding?.objects, finding?.processes], [["netlink:route/55555"], [pid]]);
});

test("snapshot() sees ip monitor", { needs: ["isolated"] }, async () => {
  await using peer = await startPeer("ip", ["monitor", "link"]);
  const [wait] = await waitsOf(peer.pid);
  assert.match(wait?.object ?? "", /^netlink:route\/\d+$/);
  assert.equal(wait?.operation, "receive");
});
