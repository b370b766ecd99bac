/** What ipcs does with a kind of object: its sections, and everything about one object. */
import { row } from "../columns.ts";
import { groupName, userName } from "../names.ts";
import { type Streams, warn } from "../program.ts";
import type { Unit } from "../sizes.ts";
import type { Access } from "./records.ts";

/** The sections. Of several that are asked for the last is shown. */
export type Section = "objects" | "limits" | "summary" | "creators" | "times" | "pids";

/** One kind. */
export interface Kind {
  /** A section without the blank line around it. */
  section(section: Section, unit: Unit): string;
  /** Everything about one object. */
  details(id: number, unit: Unit, streams: Streams): void;
}

/** How a section lists the objects: its heading, and a row for each. */
export interface Listing<Item> {
  readonly head: string;
  rowOf(item: Item, unit: Unit): string;
}

/** The section's text. */
export function listed<Item>(listing: Listing<Item>, items: readonly Item[], unit: Unit): string {
  return listing.head + items.map((item) => listing.rowOf(item, unit)).join("");
}

/** "------ Message Queues --------", with the titles of the columns below where there are any. */
export function headOf(title: string, widths: readonly number[] = [], titles = ""): string {
  const line = `------ ${title} --------\n`;
  return titles === "" ? line : line + row(widths, titles.split(" "));
}

/** The owner's name, which has no more room than this in a table. */
export function ownerOf({ uid }: Access): string {
  return userName(uid).slice(0, 10);
}

/** "0x5a000001" */
export function keyOf({ key }: Access): string {
  return `0x${key.toString(16).padStart(8, "0")}`;
}

/** The permission bits in octal, as the tables have them. */
export function permissionsOf({ mode }: Access): string {
  return (mode & 0o777).toString(8);
}

/** As %#o of printf(3): only what is not 0 begins with one. */
export function octalOf(mode: number): string {
  return mode === 0 ? "0" : `0${mode.toString(8)}`;
}

const six = [10, 10, 10, 10, 10, 10];

/** The listing of creators and owners; names are cut in no other. */
export function creators(title: string, id: string): Listing<Access> {
  return {
    head: headOf(title, six, `${id} perms cuid cgid uid gid`),
    rowOf: (item) =>
      row(six, [
        item.id,
        permissionsOf(item),
        userName(item.creatorUid),
        groupName(item.creatorGid),
        userName(item.uid),
        groupName(item.gid),
      ]),
  };
}

/**
 * The object with this id; without one, a complaint and no more: the exit status stays 0. A negative
 * id finds the first object of all, as it does in the original.
 */
export function wanted<Item extends Access>(
  items: readonly Item[],
  id: number,
  streams: Streams,
): Item | undefined {
  const found = id < 0 ? items[0] : items.find((item) => item.id === id);
  if (found === undefined) warn(streams, `id ${id} not found`);
  return found;
}
