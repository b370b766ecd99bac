/** Names, states and links of Unix sockets, from lists that no kernel made. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { viewOf } from "../../../tests/inspect/table.ts";
import type { UnixSocket } from "../../wire/sock-diag/unix.ts";
import { unixLinks } from "./unix-links.ts";
import { seenSockets } from "./unix-sockets.ts";

const view = viewOf([]);

function socketOf(inode: number, changes: Partial<UnixSocket> = {}): UnixSocket {
  return {
    type: "stream",
    state: 1,
    inode,
    cookie: inode,
    name: undefined,
    file: undefined,
    peer: undefined,
    pending: [],
    queues: { receive: 0, send: 0 },
    memory: undefined,
    shutdown: 0,
    uid: 0,
    ...changes,
  };
}

function seen(...sockets: readonly UnixSocket[]) {
  return seenSockets(
    view,
    sockets.map((socket) => ({ socket, namespace: view.namespaces.net })),
  );
}

function addressesOf(...sockets: readonly UnixSocket[]): readonly string[] {
  return [...seen(...sockets).byInode.values()].map(({ address }) => address);
}

test("seenSockets() gives the name to the listener, not to what it accepted", () => {
  const listening = socketOf(1, { name: "/no/such", state: 10 });
  const accepted = socketOf(2, { name: "/no/such", peer: 3 });
  assert.deepEqual(addressesOf(listening, accepted), ["unix:/no/such", "unix:2"]);
});

test("seenSockets() gives a name to nobody where two listen and no file tells", () => {
  const two = [1, 2].map((inode) => socketOf(inode, { name: "/no/such", state: 10 }));
  assert.deepEqual(addressesOf(...two), ["unix:1", "unix:2"]);
});

test("seenSockets() counts a socket once that a list has twice", () => {
  const listening = socketOf(1, { name: "@x", state: 10 });
  assert.deepEqual(addressesOf(listening, { ...listening }), ["unix:@x"]);
});

test("seenSockets() names a bound datagram socket, connected or not, and no relative path", () => {
  const one = socketOf(1, { type: "dgram", name: "@log", peer: 9 });
  const two = socketOf(2, { type: "dgram", name: "log", state: 7 });
  assert.deepEqual(addressesOf(one, two), ["unix:@log", "unix:2"]);
});

test("seenSockets() tells the states apart", () => {
  const { byInode } = seen(
    socketOf(1, { state: 10, name: "@l", pending: [4] }),
    socketOf(2, { peer: 3 }),
    socketOf(3, { peer: 2 }),
    socketOf(4, { peer: 0 }),
    socketOf(5, { peer: 0, shutdown: 3 }),
    socketOf(6, { state: 7 }),
    socketOf(7, { state: 7, name: "@b" }),
    socketOf(8, { type: "dgram", peer: 0 }),
  );
  const connected = ["connected", "connected"];
  assert.deepEqual(
    [...byInode.values()].map(({ state }) => state),
    ["listening", ...connected, "pending", "disconnected", "unconnected", "bound", "disconnected"],
  );
});

test("unixLinks() is one link a pair, one way for datagrams, and one a client that waits", () => {
  const links = unixLinks(
    seen(
      socketOf(1, { state: 10, name: "@l", pending: [4, 99] }),
      socketOf(2, { peer: 3 }),
      socketOf(3, { peer: 2 }),
      socketOf(4, { peer: 0 }),
      socketOf(5, { type: "dgram", peer: 6 }),
      socketOf(6, { type: "dgram" }),
      socketOf(7, { peer: 77 }),
    ),
  );
  assert.deepEqual(
    links.map(({ from, to, kind, direction }) => [from, to, kind, direction].join(" ")),
    [
      "unix:4 unix:@l pending forward",
      "unix:2 unix:3 unix-stream both",
      "unix:5 unix:6 unix-dgram forward",
    ],
  );
});
