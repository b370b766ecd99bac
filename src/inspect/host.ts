/** The machine that was looked at, and from where in it. */
import type { Host, Namespaces } from "../io/schema.ts";
import { bootId, ownNamespace, uname } from "../sys/host.ts";
import { decodeNamespace } from "../wire/proc/namespace.ts";
import { namespacesOf } from "./process-record.ts";

/** What the schema says of the host, but for how long it all took. */
export function hostRecord(time: Date): Omit<Host, "tookMs"> {
  const { nodename, release } = uname();
  return {
    name: nodename,
    kernel: release,
    bootId: bootId() ?? null,
    time: time.toISOString(),
    pid: process.pid,
    namespaces: ownNamespaces(),
  };
}

function ownNamespaces(): Namespaces {
  const links = ["ipc", "net", "mnt", "pid", "user"].map((name) => ownNamespace(name));
  const found = links.flatMap((text) => (text === undefined ? [] : (decodeNamespace(text) ?? [])));
  return namespacesOf(new Map(found.map(({ name, inode }) => [name, inode])));
}
