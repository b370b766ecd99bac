/** POSIX semaphores as the command handles them. */
import type { AddressRequest, Kind } from "../../io/room.ts";
import { parsePosixName, posixNameIn, removePosixName } from "../../io/seeing/posix-name.ts";

const nameless = /^\d{1,10}:\d{1,10}:\d{1,20}$/;

/** What sem_open(3) puts before the name. */
const PREFIX = "sem.";

/** The kind "psem". */
export const posixSemaphoreKind: Kind = {
  name: "psem",
  title: "POSIX semaphore",
  forms: ["psem:/NAME", "psem:MAJOR:MINOR:INODE"],
  parse,
  remove: { options: [], run: remove },
};

function parse(rest: string): string {
  if (!nameless.test(rest)) return parsePosixName("psem", rest, PREFIX);
  const numbers = rest.split(":").map((digits) => String(BigInt(digits)));
  return `psem:${numbers.join(":")}`;
}

/** sem_unlink(3): the name goes; who has it mapped keeps the semaphore. */
async function remove({ address }: AddressRequest): Promise<void> {
  removePosixName(address, PREFIX + posixNameIn("psem", address));
}
