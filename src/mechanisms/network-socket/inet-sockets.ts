/** Every TCP, UDP and raw socket that can be listed, with the address that it has for us. */
import { readFileSync } from "node:fs";
import type { View } from "../../io/room.ts";
import type { Gap } from "../../io/schema.ts";
import { openFileIn, type Place } from "../../io/seeing/abroad.ts";
import { addressIn } from "../../io/seeing/namespaces.ts";
import { acrossNetworks, type Network } from "../../io/seeing/networks.ts";
import { type Listing, listSockets } from "../../io/seeing/sock-diag.ts";
import { unlistedGaps } from "../../io/seeing/socket-lists.ts";
import { decodeNetRaw } from "../../wire/proc/net-raw.ts";
import {
  decodeInetSocket,
  encodeInetRequest,
  INET_LISTEN,
  INET_SYN_RECEIVED,
  INET_TIME_WAIT,
  type InetSocket,
} from "../../wire/sock-diag/inet.ts";
import { endpointText } from "./inet-address.ts";

/** The kinds of this room, and the numbers of their protocols; raw sockets have one each. */
export const protocols = { tcp: 6, udp: 17, raw: 255 } as const;

/** The name of a kind. */
export type InetKind = keyof typeof protocols;

/** A socket, and where it was found. */
export interface FoundInet {
  readonly kind: InetKind;
  readonly socket: InetSocket;
  /** The network namespace it is in; null where not even ours is known. */
  readonly namespace: number | null;
}

/** The same with its address. */
export interface SeenInet extends FoundInet {
  readonly address: string;
  readonly aliases: readonly string[];
  /** "127.0.0.1:80" */
  readonly local: string;
  /** Undefined where it is connected to nobody. */
  readonly remote: string | undefined;
}

/** All of them. */
export interface InetSockets {
  readonly all: readonly SeenInet[];
  readonly byInode: ReadonlyMap<number, SeenInet>;
  readonly gaps: readonly Gap[];
}

/** Connections that have ended, or are not made yet: no process ever has them. */
const without = [INET_TIME_WAIT, INET_SYN_RECEIVED];

/** Lists the sockets of every network that lets us. */
export function inetSockets(view: View): InetSockets {
  const { entries, gaps } = acrossNetworks(view, "network sockets", look);
  const all = addressed(view, entries);
  const byInode = new Map<number, SeenInet>();
  for (const seen of all) if (seen.socket.inode !== 0) byInode.set(seen.socket.inode, seen);
  // Where a list is missing, what is in none is not known.
  return { all, byInode, gaps: gaps.length > 0 ? gaps : unlistedGaps(view, byInode) };
}

function look({ namespace, place }: Network) {
  const listings = questions.map(({ kind, family }) => {
    return { kind, listing: ask(place, kind, family) };
  });
  const entries = listings.flatMap(({ kind, listing }) => {
    return listing.entries.map((socket): FoundInet => ({ kind, socket, namespace }));
  });
  return { entries, listings: listings.map(({ listing }) => listing) };
}

/** Many kernels have no raw_diag, and those without IPv6 no raw6: then there is none of it. */
function ask(place: Place, kind: InetKind, family: "v4" | "v6"): Listing<InetSocket> {
  const request = encodeInetRequest({ family, protocol: protocols[kind], without });
  const listing = listSockets(place, request, decodeInetSocket);
  if (kind !== "raw" || listing.refusal?.code !== "ENOENT") return listing;
  return { ...listing, entries: rawSockets(place, family), refusal: undefined };
}

function rawSockets(place: Place, family: "v4" | "v6"): InetSocket[] {
  const name = family === "v4" ? "raw" : "raw6";
  try {
    using file = openFileIn(place, `/proc/thread-self/net/${name}`);
    return decodeNetRaw(readFileSync(file.fd), family);
  } catch {
    return [];
  }
}

const families = ["v4", "v6"] as const;
const questions = (Object.keys(protocols) as InetKind[]).flatMap((kind) => {
  return families.map((family) => ({ kind, family }));
});

/** One that a listing shows twice counts once. */
export function addressed(view: View, found: readonly FoundInet[]): SeenInet[] {
  const once = new Map(found.map((one) => [identityOf(one.socket), one]));
  const drafts = [...once.values()].map(draftOf);
  const names = counted(drafts.map((draft) => draft.name));
  const locals = counted(drafts.map((draft) => draft.place));
  const seen: SeenInet[] = [];
  for (const draft of drafts) {
    const { kind, socket, namespace } = draft.found;
    const isAlone = names.get(draft.name) === 1 && kind !== "raw";
    // Of those without an inode two never have the same name, but where a socket is bound to a device.
    if (!isAlone && socket.inode === 0) continue;
    const own = view.namespaces.net;
    const address = (text: string): string => addressIn(namespace, own, `${kind}:${text}`);
    const byInode = address(String(socket.inode));
    const { local, remote } = draft;
    const aliases: string[] = [];
    if (isAlone && socket.inode !== 0) aliases.push(byInode);
    if (isAlone && remote !== undefined && isOnlyThere(draft, locals)) aliases.push(address(local));
    const name = isAlone ? address(draft.text) : byInode;
    seen.push({ kind, socket, namespace, address: name, aliases, local, remote });
  }
  return seen;
}

/** Two have no inode in common, and two without one no cookie. */
function identityOf({ inode, cookie }: InetSocket): number | string {
  return inode === 0 ? `${cookie}` : inode;
}

interface Draft {
  readonly found: FoundInet;
  readonly local: string;
  readonly remote: string | undefined;
  /** What it is called within its kind and namespace. */
  readonly text: string;
  /** The same for a Map. */
  readonly name: string;
  readonly place: string;
}

function draftOf(found: FoundInet): Draft {
  const { kind, socket, namespace } = found;
  const local = endpointText(socket.local, socket.interface);
  const isConnected = socket.remote.port !== 0 && socket.state !== INET_LISTEN;
  const remote = isConnected ? endpointText(socket.remote, socket.interface) : undefined;
  const text = remote === undefined ? local : `${local}-${remote}`;
  const prefix = `${namespace} ${kind} `;
  return { found, local, remote, text, name: prefix + text, place: prefix + local };
}

function counted(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Nobody else is there, and nobody listens on that port at every address. */
function isOnlyThere({ place, found }: Draft, locals: ReadonlyMap<string, number>): boolean {
  if (locals.get(place) !== 1) return false;
  const { kind, namespace, socket } = found;
  return ["0.0.0.0", "[::]"].every((any) => {
    return !locals.has(`${namespace} ${kind} ${any}:${socket.local.port}`);
  });
}
