/** What the verbs that act have in common: asking a room, and saying plainly why it refused. */
import { findObject, snapshot } from "../inspect/index.ts";
import type { Kind, Verb } from "../mechanisms/rooms.ts";
import { codeOf, failure, sentenceOf, status, statusOf, usage } from "./failure.ts";

/** What the sentences about a failed act are made of. */
export interface Act {
  /** The infinitive: "send to". */
  readonly verb: string;
  readonly address: string;
  /** Said when the act would have to wait: "KIND:0 has no room now". */
  readonly notNow: string;
  /** A refusal for want of rights then means that there is no answer. */
  readonly isQuestion?: true;
}

/** The verb of this kind. @throws the usage failure of a kind that has none. */
export function verbOf<Request, Result>(
  verb: Verb<Request, Result> | undefined,
  kind: Kind,
  infinitive: string,
): Verb<Request, Result> {
  if (verb !== undefined) return verb;
  throw usage(`a ${kind.title} (${kind.name}) is nothing to ${infinitive}`);
}

/** What is said instead of waiting. */
const notNowCodes: ReadonlySet<string | undefined> = new Set(["EAGAIN", "EWOULDBLOCK", "ENOMSG"]);
/** What the kernel says of an object that is not there; System V says EINVAL of an unknown id. */
const absentCodes: ReadonlySet<string | undefined> = new Set(["ENOENT", "EINVAL"]);
const rightsCodes: ReadonlySet<string | undefined> = new Set(["EACCES", "EPERM"]);

/** Waits for a room's answer. @throws failures with the status and the sentence for a person. */
export async function asked<Result>(act: Act, answer: () => Promise<Result>): Promise<Result> {
  try {
    return await answer();
  } catch (error) {
    throw await explained(error, act);
  }
}

async function explained(error: unknown, act: Act): Promise<unknown> {
  const { verb, address, notNow } = act;
  const code = codeOf(error);
  if (isNotNow(error)) return failure(status.no, notNow, error);
  if (code === "ETIMEDOUT") return failure(status.no, `${notNow}: the time is up`, error);
  if (code === "EIDRM") return failure(status.no, `${address} was removed meanwhile`, error);
  if (absentCodes.has(code) && !(await exists(address))) {
    return failure(status.no, `there is no ${address}`, error);
  }
  const unanswered = act.isQuestion && rightsCodes.has(code);
  const exitStatus = unanswered ? status.unanswered : statusOf(error);
  if (exitStatus === undefined || code === "ABORT_ERR") return error;
  return failure(exitStatus, `cannot ${verb} ${address}: ${sentenceOf(error)}`, error);
}

/**
 * EAGAIN is also the word for "no thread", "no signal free" and other limits of the system. Those
 * come with a hint at the limit, which an object that is merely full or empty never has.
 */
function isNotNow(error: unknown): boolean {
  if (!notNowCodes.has(codeOf(error))) return false;
  return (error as { readonly hint?: unknown }).hint === undefined;
}

/** Looked up only when a call was refused, so that a call that succeeds costs no look. */
async function exists(address: string): Promise<boolean> {
  return findObject(await snapshot(), address) !== undefined;
}
