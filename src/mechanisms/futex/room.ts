/** The room of futexes, as the command, the map, the doctor and the tests see it. */
import type { Room } from "../../io/room.ts";
import { futexKind } from "./futex-kind.ts";
import { seeFutexes } from "./futex-see.ts";

/** The room: seen, not used yet. */
export const futexRoom: Room = {
  name: "futex",
  kinds: [futexKind],
  probe: () => [],
  limits: () => [],
  see: seeFutexes,
};
