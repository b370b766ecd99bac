/** Futexes as the command handles them: looked at, and nothing else. */
import type { Kind } from "../../io/room.ts";
import { futexForms, parseFutexAddress } from "./futex-address.ts";

/** The kind "futex". */
export const futexKind: Kind = {
  name: "futex",
  title: "futex",
  forms: futexForms,
  parse: parseFutexAddress,
};
