/**
 * Which open descriptors are of FIFOs. The link's text does not say, so that a file has to be looked
 * at; each only once, however many have it open, and only such as could be one.
 */
import type { View } from "../../io/room.ts";
import { descriptorsOfKind, type Held } from "../../io/seeing/descriptors.ts";
import { fileKey, openFileOf } from "../../io/seeing/files.ts";
import { type FileStatus, statxDescriptor } from "../../sys/statx.ts";

/** A file that is a FIFO. */
export interface Fifo {
  /** "0:42:2": its device and inode. */
  readonly key: string;
  readonly status: FileStatus;
}

/** What a search through the open descriptors gave. */
export interface OpenFifos {
  readonly found: readonly { readonly held: Held; readonly fifo: Fifo }[];
  /** Descriptors that were not looked at, being too many. */
  readonly passedOver: number;
}

/** So many files are looked at; 100 ms. */
const LOOKS_MAX = 16_384;
/** A holder may end before he is looked at: so many are tried for one file. */
const TRIES_MAX = 3;

/** All of them, in the order of the walk. */
export function openFifos(view: View): OpenFifos {
  const search = new Search(view);
  for (const kind of ["file", "deleted"]) {
    for (const held of descriptorsOfKind(view, kind)) if (mayBeFifo(held)) search.file(held);
  }
  for (const held of descriptorsOfKind(view, "device")) search.device(held);
  return search;
}

const O_DIRECTORY = process.arch === "arm64" ? 0o40000 : 0o200000;
const O_PATH = 0o10000000;

/** A FIFO has no position, is no directory, and one that is held with O_PATH is not open. */
function mayBeFifo({ descriptor: { info } }: Held): boolean {
  if (info === undefined || !info.startsWith(atStart)) return false;
  const flags = Number.parseInt(info.slice(atStart.length, atStart.length + FLAGS_MAX), 8);
  return (flags & (O_DIRECTORY | O_PATH)) === 0;
}

/** How fdinfo begins: proc_pid_fdinfo(5). */
const atStart = "pos:\t0\nflags:\t";
const FLAGS_MAX = 11;

/** A file by what is known of it before it is looked at. */
interface Looked {
  fifo: Fifo | undefined;
  tries: number;
}

class Search implements OpenFifos {
  readonly found: { held: Held; fifo: Fifo }[] = [];
  passedOver = 0;
  readonly #view: View;
  readonly #known = new Map<string, Looked>();
  #looks = 0;

  constructor(view: View) {
    this.#view = view;
  }

  /** Mount, inode and path are the same file: on btrfs the first two alone are not. */
  file(held: Held): void {
    const { target, info } = held.descriptor;
    this.#look(held, `${target}\n${info}`, () => openFileOf(this.#view, held));
  }

  /** Of what lies in /dev nothing but the path is known; terminals are not FIFOs. */
  device(held: Held): void {
    const { process, descriptor } = held;
    if (descriptor.target.startsWith("/dev/pts/")) return;
    const place = `${process.namespaces.get("mnt")} ${descriptor.target}`;
    this.#look(held, place, () => statxDescriptor(process.pid, descriptor.fd));
  }

  #look(held: Held, name: string, look: () => FileStatus | undefined): void {
    let known = this.#known.get(name);
    if (known === undefined) {
      known = { fifo: undefined, tries: 0 };
      this.#known.set(name, known);
    }
    if (known.tries < TRIES_MAX) this.#try(known, look);
    if (known.fifo !== undefined) this.found.push({ held, fifo: known.fifo });
  }

  #try(known: Looked, look: () => FileStatus | undefined): void {
    if (this.#looks >= LOOKS_MAX) {
      this.passedOver++;
      return;
    }
    this.#looks++;
    known.tries++;
    const status = look();
    if (status === undefined) return;
    known.tries = TRIES_MAX;
    if (status.type === "fifo") known.fifo = fifoOf(status);
  }
}

/** A FIFO by what statx(2) said of it. */
export function fifoOf(status: FileStatus): Fifo {
  return { key: fileKey(status.major, status.minor, status.inode), status };
}
