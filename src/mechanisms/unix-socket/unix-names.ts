/**
 * Which socket a name means. What listen(2) or a datagram is sent to has the name as its address; all
 * others have their inode, because an accepted socket shares the name of the one that listened, and a
 * path can be bound again once its file is gone.
 */
import type { View } from "../../io/room.ts";
import { addressIn } from "../../io/seeing/namespaces.ts";
import { fileCalled } from "../../io/seeing/places.ts";
import { UNIX_LISTENING, type UnixSocket } from "../../wire/sock-diag/unix.ts";
import { unixNameBytes } from "../../wire/unix-name.ts";

/** A socket, and where it was found. */
export interface FoundSocket {
  readonly socket: UnixSocket;
  /** The network namespace it is in; null where not even ours is known. */
  readonly namespace: number | null;
}

/** Names mean something within a network namespace only. */
export function nameKey(namespace: number | null, name: string): string {
  return `${namespace} ${name}`;
}

/** What the sockets of one look are called. */
export interface Addresses {
  addressOf(
    inode: number,
    namespace: number | null,
  ): {
    readonly address: string;
    readonly aliases: readonly string[];
  };
  /** The inode that a name means, by nameKey(); names that mean several are missing. */
  readonly owners: ReadonlyMap<string, number>;
}

/** Gives each socket its address. */
export function addressSockets(view: View, found: readonly FoundSocket[]): Addresses {
  const own = view.namespaces.net;
  const { owners, names } = ownersOf(view, found);
  return {
    owners,
    addressOf(inode, namespace) {
      const byInode = addressIn(namespace, own, `unix:${inode}`);
      const name = names.get(inode);
      if (name === undefined) return { address: byInode, aliases: none };
      return { address: addressIn(namespace, own, `unix:${name}`), aliases: [byInode] };
    },
  };
}

/** Who has which name, and who has one that says where it is. */
function ownersOf(view: View, found: readonly FoundSocket[]) {
  const owners = new Map<string, number>();
  const names = new Map<number, string>();
  const alive = liveFile(view);
  for (const [key, claimants] of claimsOf(found)) {
    const owner = claimants.length === 1 ? claimants[0] : ownerAmong(view, claimants, alive);
    const { name, inode } = owner?.socket ?? {};
    if (name === undefined || inode === undefined) continue;
    owners.set(key, inode);
    if (isWhole(name)) names.set(inode, name);
  }
  return { owners, names };
}

function claimsOf(found: readonly FoundSocket[]): ReadonlyMap<string, readonly FoundSocket[]> {
  const claims = new Map<string, FoundSocket[]>();
  for (const one of found) {
    const { name, inode } = one.socket;
    if (name === undefined || !receives(one.socket)) continue;
    const key = nameKey(one.namespace, name);
    const others = claims.get(key);
    if (others === undefined) claims.set(key, [one]);
    // A listing may show one socket twice.
    else if (others.every(({ socket }) => socket.inode !== inode)) others.push(one);
  }
  return claims;
}

const none: readonly string[] = [];

/** Whether what is sent to its name, or connects to it, comes to this socket. */
function receives({ type, state, peer }: UnixSocket): boolean {
  return type === "dgram" || state === UNIX_LISTENING || (peer === undefined && state !== 1);
}

/** A relative path means another file in every directory. */
function isWhole(name: string): boolean {
  return name.startsWith("/") || name.startsWith("@");
}

/** The file that a path names now, as the kernel would compare it; undefined where none. */
type LiveFile = (name: string) => FileNumber | undefined;
type FileNumber = NonNullable<UnixSocket["file"]>;

/** Of several sockets that were bound to one path, the one whose file is there now. */
function ownerAmong(
  view: View,
  claimants: readonly FoundSocket[],
  alive: LiveFile,
): FoundSocket | undefined {
  const [first] = claimants;
  const name = first?.socket.name;
  // Only here do paths mean what they mean to us.
  if (name === undefined || !name.startsWith("/")) return undefined;
  if (first?.namespace !== view.namespaces.net) return undefined;
  const there = alive(name);
  if (there === undefined) return undefined;
  const owners = claimants.filter(({ socket: { file } }) => {
    return file?.inode === there.inode && file.major === there.major && file.minor === there.minor;
  });
  return owners.length === 1 ? owners[0] : undefined;
}

function liveFile(view: View): LiveFile {
  return (name) => {
    const path = unixNameBytes(name);
    const status = path === undefined ? undefined : fileCalled(view, path);
    if (status === undefined) return undefined;
    // The kernel lists 32 bits of the inode, and the device in two numbers.
    const inode = Number(BigInt.asUintN(32, BigInt(status.inode)));
    return { inode, major: status.major, minor: status.minor };
  };
}
