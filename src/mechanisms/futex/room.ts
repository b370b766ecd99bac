/** The room of futexes, as the command, the map, the doctor and the tests see it: seen, not used yet. */
import type { Kind, Room } from "../../io/room.ts";
import { futexForms, parseFutexAddress } from "./futex-address.ts";
import { seeFutexes } from "./futex-see.ts";

/** The kind "futex". */
export const futexKind: Kind = {
  name: "futex",
  title: "futex",
  forms: futexForms,
  parse: parseFutexAddress,
};

/** The room. */
export const futexRoom: Room = {
  name: "futex",
  kinds: [futexKind],
  probe: () => [],
  limits: () => [],
  see: seeFutexes,
};
