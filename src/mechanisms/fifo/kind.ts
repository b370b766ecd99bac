/** FIFOs as the command handles them: what can be done, with which options. */
import { lstatSync, unlinkSync } from "node:fs";
import { resolve } from "node:path";
import type { AddressRequest, Kind, MakeRequest, Option } from "../../io/room.ts";
import type { ErrorName } from "../../sys/errno.ts";
import { outOfRange, SystemError } from "../../sys/errors.ts";
import { mknod, S_IFIFO } from "../../sys/path.ts";

const optionsToMake: readonly Option[] = [
  { name: "path", type: "string", value: "PATH", description: "its name" },
  {
    name: "mode",
    type: "octal",
    value: "MODE",
    description: "who may read and write, before the umask (default 0600)",
  },
];

/** The kind "fifo". */
export const fifoKind: Kind = {
  name: "fifo",
  title: "FIFO",
  forms: ["fifo:/PATH", "fifo:MAJOR:MINOR:INO"],
  parse,
  make: { options: optionsToMake, run: make },
  remove: { options: [], run: remove },
};

function parse(rest: string): string {
  if (rest.startsWith("/") && !rest.includes("\0")) return `fifo:${plain(rest)}`;
  const numbers = /^(\d{1,10}):(\d{1,10}):(\d{1,20})$/.exec(rest);
  if (numbers !== null) return `fifo:${numbers.slice(1).map(BigInt).join(":")}`;
  throw outOfRange("address", "fifo:/PATH or fifo:MAJOR:MINOR:INO", `fifo:${rest}`);
}

/** As the kernel writes it; ".." stays, for what is before it may be a symbolic link. */
function plain(path: string): string {
  return path.replace(/\/(?:\.?(?:\/|$))+/g, "/").replace(/(.)\/$/, "$1");
}

async function make({ options }: MakeRequest): Promise<string> {
  const { path, mode = 0o600 } = options;
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw outOfRange("path", "the name of the FIFO to be", path);
  }
  if (typeof mode !== "number" || mode > 0o777) throw outOfRange("mode", "0 to 0777", mode);
  const made = mknod(path, S_IFIFO | mode);
  if (made < 0) throw new SystemError(made, "mknodat", { path });
  return `fifo:${plain(resolve(path))}`;
}

/** Takes the name away from the FIFO; who has it open keeps it. */
async function remove({ address }: AddressRequest): Promise<void> {
  const path = address.slice("fifo:".length);
  if (!path.startsWith("/")) throw outOfRange("address", "a FIFO that has a name here", address);
  try {
    if (lstatSync(path).isFIFO()) return unlinkSync(path);
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    throw new SystemError((code ?? "EIO") as ErrorName, syscall ?? "unlink", { address });
  }
  throw new SystemError("EINVAL", "unlink", { address, message: "that file is not a FIFO" });
}
