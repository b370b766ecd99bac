/** Which sockets of the internet speak to each other, from lists that no kernel made. */
import assert from "node:assert/strict";
import { test } from "../../../tests/harness/test.ts";
import { viewOf } from "../../../tests/inspect/table.ts";
import type { Endpoint, InetSocket } from "../../wire/sock-diag/inet.ts";
import { endsOf, inetLinks } from "./inet-links.ts";
import { addressed, type FoundInet, type InetKind } from "./inet-sockets.ts";

const view = viewOf([]);
const here = view.namespaces.net;
let next = 1;

function endpoint(text: string): Endpoint {
  const at = text.lastIndexOf(":");
  return { address: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

function foundOf(
  kind: InetKind,
  [local, remote = "0.0.0.0:0"]: readonly [string, string?],
  changes: Partial<InetSocket> = {},
  namespace: number | null = here,
): FoundInet {
  const inode = next++;
  const socket: InetSocket = {
    family: "v4",
    state: remote === "0.0.0.0:0" ? (kind === "tcp" ? 10 : 7) : 1,
    local: endpoint(local),
    remote: endpoint(remote),
    interface: 0,
    cookie: inode,
    receiveQueue: 0,
    sendQueue: 0,
    uid: 0,
    inode,
    retransmits: 0,
    shutdown: 0,
    memory: undefined,
    traffic: undefined,
    cgroupId: undefined,
    isV6Only: undefined,
    ...changes,
  };
  return { kind, socket, namespace };
}

function linksOf(...found: readonly FoundInet[]): readonly string[] {
  const all = addressed(view, found);
  return inetLinks({ all }, endsOf({ all })).map(({ from, to, kind }) => `${from} ${kind} ${to}`);
}

test("inetLinks() pairs swapped addresses of one network, and of no other", () => {
  const one = foundOf("tcp", ["127.0.0.1:1", "127.0.0.1:2"]);
  const two = foundOf("tcp", ["127.0.0.1:2", "127.0.0.1:1"]);
  const away = foundOf("tcp", ["127.0.0.1:2", "127.0.0.1:1"], {}, 99);
  assert.deepEqual(linksOf(one, two), [
    "tcp:127.0.0.1:1-127.0.0.1:2 tcp tcp:127.0.0.1:2-127.0.0.1:1",
  ]);
  assert.deepEqual(linksOf(one, away), []);
  assert.deepEqual(linksOf(foundOf("tcp", ["127.0.0.1:1", "127.0.0.1:1"])), []);
});

test("inetLinks() leads UDP to whoever is bound there, most exactly first", () => {
  const any = foundOf("udp", ["0.0.0.0:53"]);
  const exact = foundOf("udp", ["127.0.0.1:53"]);
  const six = foundOf("udp", [":::53"], { isV6Only: false, family: "v6" });
  const client = foundOf("udp", ["127.0.0.1:9", "127.0.0.1:53"]);
  const from = "udp:127.0.0.1:9-127.0.0.1:53";
  assert.deepEqual(linksOf(any, exact, client), [`${from} udp udp:127.0.0.1:53`]);
  assert.deepEqual(linksOf(any, six, client), [`${from} udp udp:0.0.0.0:53`]);
  assert.deepEqual(linksOf(six, client), [`${from} udp udp:[::]:53`]);
  const narrow = { ...six, socket: { ...six.socket, isV6Only: true } };
  assert.deepEqual(linksOf(narrow, client), []);
});

test("inetLinks() leads nowhere where the other end is not on this machine, or is several", () => {
  const server = foundOf("udp", ["0.0.0.0:53"]);
  assert.deepEqual(linksOf(server, foundOf("udp", ["10.0.0.1:9", "10.0.0.2:53"])), []);
  const own = linksOf(server, foundOf("udp", ["10.0.0.1:9", "10.0.0.1:53"]));
  assert.deepEqual(own, ["udp:10.0.0.1:9-10.0.0.1:53 udp udp:0.0.0.0:53"]);
  const two = foundOf("udp", ["0.0.0.0:53"]);
  assert.deepEqual(linksOf(server, two, foundOf("udp", ["127.0.0.1:9", "127.0.0.1:53"])), []);
});

test("inetLinks() leads who connects, and who is not accepted yet, to the listener", () => {
  const listener = foundOf("tcp", ["0.0.0.0:80"], { receiveQueue: 1 });
  const connecting = foundOf("tcp", ["127.0.0.1:9", "127.0.0.1:80"], { state: 2 });
  const waiting = foundOf("tcp", ["10.0.0.1:80", "10.9.9.9:4"], { inode: 0 });
  assert.deepEqual(linksOf(listener, connecting, waiting), [
    "tcp:127.0.0.1:9-127.0.0.1:80 connecting tcp:0.0.0.0:80",
    "tcp:10.0.0.1:80-10.9.9.9:4 pending tcp:0.0.0.0:80",
  ]);
});

test("addressed() names those with one address by inode, and gives aliases to the others", () => {
  const shared = [foundOf("udp", ["0.0.0.0:53"]), foundOf("udp", ["0.0.0.0:53"])];
  const inodes = shared.map(({ socket }) => `udp:${socket.inode}`);
  assert.deepEqual(
    addressed(view, shared).map(({ address, aliases }) => [address, aliases]),
    inodes.map((address) => [address, []]),
  );
  const [client] = addressed(view, [foundOf("tcp", ["127.0.0.1:9", "127.0.0.1:80"])]);
  assert.deepEqual(client?.aliases, [`tcp:${client?.socket.inode}`, "tcp:127.0.0.1:9"]);
});
