/** The namespaces that processes live in beside our own, and how what is in them is addressed. */
import type { View } from "../room.ts";
import type { Namespaces } from "../schema.ts";

/** A namespace of others. */
export interface Elsewhere {
  /** The inode number that is its identity. */
  readonly inode: number;
  /** Those who live in it, as far as they could be seen; at least one. */
  readonly pids: readonly number[];
}

/** The namespaces of that kind other than ours; none where our own is not known. */
export function namespacesElsewhere(view: View, name: keyof Namespaces): readonly Elsewhere[] {
  const own = view.namespaces[name];
  if (own === null) return [];
  const places = new Map<number, number[]>();
  for (const { pid, namespaces } of view.processes.processes.values()) {
    const inode = namespaces.get(name);
    if (inode === undefined || inode === own) continue;
    const others = places.get(inode);
    if (others === undefined) places.set(inode, [pid]);
    else others.push(pid);
  }
  return [...places].map(([inode, pids]) => ({ inode, pids }));
}

/**
 * An address of what lives in a namespace: "@4026532178/msg:0" where that is not `own`, since there
 * the same words name something else.
 */
export function addressIn(namespace: number | null, own: number | null, address: string): string {
  return namespace === null || namespace === own ? address : `@${namespace}/${address}`;
}
