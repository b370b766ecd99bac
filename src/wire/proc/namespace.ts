/** The text of the links in /proc/PID/ns: "ipc:[4026531839]". */

/** A namespace: its kind and the inode number that is its identity while it lives. */
export interface NamespaceLink {
  /** "ipc", "net", "mnt", "pid", "user" … */
  readonly name: string;
  readonly inode: number;
}

/** Undefined when the text is no such link. */
export function decodeNamespace(text: string): NamespaceLink | undefined {
  const match = /^([a-z_]{1,32}):\[(0|[1-9]\d{0,14})\]$/.exec(text);
  if (match === null) return undefined;
  const [, name = "", inode = ""] = match;
  return { name, inode: Number(inode) };
}

/** The link's text. */
export function encodeNamespace(link: NamespaceLink): string {
  return `${link.name}:[${link.inode}]`;
}
