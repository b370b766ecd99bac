/** POSIX message queues as the command handles them: what can be done, with which options. */
import type { AddressRequest, Kind } from "../../io/room.ts";
import { errnoOf } from "../../sys/errno.ts";
import { outOfRange, SystemError } from "../../sys/errors.ts";
import { mqUnlink } from "../../sys/mq.ts";
import { bytesOf } from "../../wire/proc/text.ts";
import { readFolder } from "./mq-folder.ts";
import { numberAddress } from "./mq-status.ts";

/** The kind "mq". */
export const mqKind: Kind = {
  name: "mq",
  title: "POSIX message queue",
  forms: ["mq:/NAME", "mq:INODE"],
  parse,
  remove: { options: [], run: remove },
};

/** NAME_MAX: mq_overview(7). */
const NAME_BYTES_MAX = 255;

function parse(rest: string): string {
  if (/^\d{1,15}$/.test(rest)) return numberAddress(Number(rest));
  const name = rest.slice(1);
  const size = bytesOf(name).length;
  const fits = size > 0 && size <= NAME_BYTES_MAX && name !== "." && name !== "..";
  if (rest.startsWith("/") && fits && !/[/\0]/.test(name)) return `mq:/${name}`;
  const forms = `mq:/NAME (of 1 to ${NAME_BYTES_MAX} bytes, none of them a slash) or mq:INODE`;
  throw outOfRange("address", forms, `mq:${rest}`);
}

async function remove({ address }: AddressRequest): Promise<void> {
  const answer = mqUnlink(nameOf(address));
  if (answer === 0) return;
  const denied = answer === -errnoOf("EACCES") || answer === -errnoOf("EPERM");
  const hint = denied ? "only its owner or root may remove a queue" : undefined;
  throw new SystemError(answer, "mq_unlink", { address, hint });
}

function nameOf(address: string): Uint8Array {
  if (address.startsWith("mq:/")) return bytesOf(address.slice("mq:/".length));
  const folder = readFolder(true);
  if (typeof folder === "string") throw new SystemError(errnoOf("EPERM"), "fsopen", { address });
  const queue = folder.queues.find(({ inode }) => numberAddress(inode) === address);
  if (queue !== undefined) return queue.nameBytes;
  throw new SystemError("ENOENT", "mq_unlink", { address });
}
