/** The namespaces that processes live in beside our own, and how what is in them is addressed. */
import { groupBy } from "../group-by.ts";
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
  const all = [...view.processes.processes.values()];
  const places = groupBy(all, ({ namespaces }) => namespaces.get(name) ?? own);
  const others = [...places].filter(([inode]) => inode !== own);
  return others.map(([inode, processes]) => ({ inode, pids: processes.map(({ pid }) => pid) }));
}

/**
 * An address of what lives in a namespace: "@4026532178/msg:0" where that is not `own`, since there
 * the same words name something else.
 */
export function addressIn(namespace: number | null, own: number | null, address: string): string {
  return namespace === null || namespace === own ? address : `@${namespace}/${address}`;
}
