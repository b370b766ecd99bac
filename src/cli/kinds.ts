/** Finds the kind that an argument speaks of. The kinds are whatever the list of rooms holds. */
import type { Kind, Room } from "../mechanisms/rooms.ts";
import { usage } from "./failure.ts";

/** An address in its one printed form, with the kind that reads it. */
export interface Addressed {
  readonly kind: Kind;
  readonly address: string;
}

/** Every kind of every room, in order. */
export function kindsOf(rooms: readonly Room[]): Kind[] {
  return rooms.flatMap((room) => room.kinds);
}

/** The kind with this name. @throws the usage failure that lists the known ones. */
export function kindNamed(name: string, rooms: readonly Room[]): Kind {
  const kinds = kindsOf(rooms);
  const kind = kinds.find((one) => one.name === name);
  if (kind !== undefined) return kind;
  throw usage(`there is no kind "${name}"; the kinds are ${namesOf(kinds)}`);
}

/**
 * Reads the address of what is to be acted on, which must lie in our own namespaces.
 * @throws the usage failure that says what is accepted.
 */
export function addressed(text: string, rooms: readonly Room[]): Addressed {
  const elsewhere = /^@(\d{1,15})\/(.*)$/s.exec(text);
  if (elsewhere !== null) throw usage(notFromHere(elsewhere[2] ?? "", elsewhere[1] ?? ""));
  const colon = text.indexOf(":");
  if (colon < 1) throw usage(`"${text}" is not an address; addresses look like ${forms(rooms)}`);
  const kind = kindNamed(text.slice(0, colon), rooms);
  return { kind, address: kind.parse(text.slice(colon + 1)) };
}

function notFromHere(address: string, namespace: string): string {
  const enter = "nsenter --target PID --ipc --net --mount -- ipc …";
  return (
    `${address} of the namespace ${namespace} can be looked at from here, and no more; to act on ` +
    `it, enter that namespace: ${enter} (ipc show @${namespace}/${address} names a PID in it)`
  );
}

/** True for what begins with the name of a kind, or "pid", and a colon. */
export function looksLikeAddress(text: string, rooms: readonly Room[]): boolean {
  const word = /^(?:@\d{1,15}\/)?([^:]+):./.exec(text)?.[1];
  return word === "pid" || kindsOf(rooms).some((kind) => kind.name === word);
}

/** "an address such as KIND:ID", for help, in the words of the first kind. */
export function anAddress(rooms: readonly Room[]): string {
  const [form] = kindsOf(rooms).flatMap((kind) => kind.forms);
  return form === undefined ? "an address" : `an address such as ${form}`;
}

function namesOf(kinds: readonly Kind[]): string {
  return kinds.map((kind) => kind.name).join(", ");
}

function forms(rooms: readonly Room[]): string {
  return kindsOf(rooms)
    .flatMap((kind) => kind.forms)
    .join(", ");
}
