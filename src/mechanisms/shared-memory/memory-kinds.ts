/** Memory that is shared by descriptors and mappings, as the command handles it. */
import type { AddressRequest, Kind } from "../../io/room.ts";
import { parsePosixName, posixNameIn, removePosixName } from "../../io/seeing/posix-name.ts";
import { outOfRange } from "../../sys/errors.ts";
import { titles } from "./memory-record.ts";

/** The kind "pshm". */
export const posixSharedMemoryKind: Kind = {
  name: "pshm",
  title: titles.pshm,
  forms: ["pshm:/NAME"],
  parse: (rest) => parsePosixName("pshm", rest),
  remove: { options: [], run: remove },
};

/** shm_unlink(3): the name goes; who has it open or mapped keeps the memory. */
async function remove({ address }: AddressRequest): Promise<void> {
  removePosixName(address, posixNameIn("pshm", address));
}

/** The kind "memfd". */
export const memfdKind: Kind = {
  name: "memfd",
  title: titles.memfd,
  forms: ["memfd:INODE", "memfd:MAJOR:MINOR:INODE"],
  parse: (rest) => `memfd:${parseNumbers("memfd", rest)}`,
};

/** The kind "map". */
export const mappingKind: Kind = {
  name: "map",
  title: titles.map,
  forms: ["map:/PATH", "map:INODE", "map:MAJOR:MINOR:INODE"],
  parse: (rest) => (isPath(rest) ? `map:${rest}` : `map:${parseNumbers("map", rest)}`),
};

function isPath(rest: string): boolean {
  return rest.startsWith("/") && !rest.includes("\0");
}

/** @throws RangeError ERR_OUT_OF_RANGE */
function parseNumbers(kind: string, rest: string): string {
  if (/^(?:\d{1,10}:\d{1,10}:)?\d{1,20}$/.test(rest)) {
    return rest
      .split(":")
      .map((digits) => String(BigInt(digits)))
      .join(":");
  }
  const forms = kind === "map" ? "map:/PATH, " : "";
  throw outOfRange(
    "address",
    `${forms}${kind}:INODE or ${kind}:MAJOR:MINOR:INODE`,
    `${kind}:${rest}`,
  );
}
