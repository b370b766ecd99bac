/** The network namespaces that can be looked into: ours, and those of others where they let us. */
import type { View } from "../room.ts";
import type { Gap } from "../schema.ts";
import { openDoor, type Place } from "./abroad.ts";
import { namespacesElsewhere } from "./namespaces.ts";
import type { Listing } from "./sock-diag.ts";

/** A network namespace, open for one look. */
export interface Network {
  /** The inode number of the namespace; null where not even our own may be read. */
  readonly namespace: number | null;
  readonly place: Place;
}

/** What a room saw in all networks, and what it did not. */
export interface AcrossNetworks<Entry> {
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
}

/** What a room saw in one network. */
export interface InNetwork<Entry> {
  readonly entries: readonly Entry[];
  readonly listings: readonly Listing<unknown>[];
}

/** So long the networks of others are looked into for one kind of socket; anybody may make thousands. */
const LOOKING_MS = 500;

/**
 * Looks into one network after the other, ours first.
 * @param what the things that are looked for, in the plural: "unix sockets"
 */
export function acrossNetworks<Entry>(
  view: View,
  what: string,
  look: (network: Network) => InNetwork<Entry>,
): AcrossNetworks<Entry> {
  const entries: Entry[] = [];
  const gaps = new Gaps(what);
  const visit = (network: Network): void => {
    const seen = look(network);
    for (const entry of seen.entries) entries.push(entry);
    gaps.take(network, seen.listings);
  };
  visit({ namespace: view.namespaces.net, place: { name: "net", door: undefined } });
  const until = performance.now() + LOOKING_MS;
  for (const elsewhere of namespacesElsewhere(view, "net")) {
    if (performance.now() > until) {
      gaps.late();
      continue;
    }
    const place = openDoor("net", elsewhere);
    try {
      if (place === undefined) gaps.closed();
      else visit({ namespace: elsewhere.inode, place });
    } finally {
      place?.door?.close();
    }
  }
  return { entries, gaps: gaps.all() };
}

/** Which networks were not seen, or not wholly, by reason. */
class Gaps {
  readonly #what: string;
  readonly #refusals = new Map<string, number>();
  #closed = 0;
  #late = 0;
  #interrupted = 0;

  constructor(what: string) {
    this.#what = what;
  }

  closed(): void {
    this.#closed++;
  }

  late(): void {
    this.#late++;
  }

  /** Of a namespace of others a refusal is most often one of entering it. */
  take({ place }: Network, listings: readonly Listing<unknown>[]): void {
    const refusals = new Set(listings.flatMap(({ refusal }) => refusal?.code ?? []));
    if (listings.some(({ wasInterrupted }) => wasInterrupted)) this.#interrupted++;
    if (refusals.size === 0) return;
    if (place.door !== undefined && refusals.has("EPERM")) {
      this.closed();
      return;
    }
    for (const code of refusals) this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
  }

  all(): Gap[] {
    const gaps: Gap[] = [];
    const what = this.#what;
    if (this.#closed > 0) {
      const count = this.#closed;
      const where = count === 1 ? "1 other network namespace" : `${count} other network namespaces`;
      const text = `The ${what} of ${where} are not shown: entering them was refused; run as root.`;
      gaps.push({ what, reason: "other-namespace", count, text });
    }
    if (this.#late > 0) {
      const text = `The ${what} of ${this.#late} more network namespaces are not shown: it takes too long.`;
      gaps.push({ what, reason: "truncated", count: this.#late, text });
    }
    if (this.#interrupted > 0) {
      const text = `The ${what} changed while they were listed: some may be missing; look again.`;
      gaps.push({ what, reason: "interrupted", count: this.#interrupted, text });
    }
    for (const [reason, count] of this.#refusals) {
      gaps.push({ what, reason, count, text: refusalText(what, reason) });
    }
    return gaps;
  }
}

function refusalText(what: string, reason: string): string {
  const out = reason === "ENOENT" ? "; this kernel lacks their sock_diag module" : "";
  return `Some or all ${what} could not be listed (${reason})${out}.`;
}
