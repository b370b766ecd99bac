/** What the kernel refuses to show of one room is a gap; the others are shown all the same. */
import type { Gap } from "../io/schema.ts";
import type { Limit, Room } from "../mechanisms/rooms.ts";
import { SystemError } from "../sys/errors.ts";

/** The limits of several rooms, as far as they can be read. */
export interface LimitsSeen {
  readonly limits: readonly Limit[];
  /** One a room whose limits the kernel refused. */
  readonly gaps: readonly Gap[];
}

/** Asks each room. A host may refuse a whole mechanism: ENOSYS or EPERM by seccomp(2). */
export function limitsOf(rooms: readonly Room[]): LimitsSeen {
  const answers = rooms.map((room) =>
    unlessRefused<LimitsSeen>(
      () => ({ limits: room.limits(), gaps: [] }),
      (refused) => ({ limits: [], gaps: [limitsGap(room, refused)] }),
    ),
  );
  return {
    limits: answers.flatMap(({ limits }) => limits),
    gaps: answers.flatMap(({ gaps }) => gaps),
  };
}

/** What `look` gives, or what follows from the system's refusal. Everything else is a bug. */
export function unlessRefused<Seen>(
  look: () => Seen,
  otherwise: (refused: SystemError) => Seen,
): Seen {
  try {
    return look();
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return otherwise(error);
  }
}

function limitsGap(room: Room, { code, message }: SystemError): Gap {
  const text = `The kernel did not show the limits of the room ${room.name}: ${message}.`;
  return { what: "limits", reason: code, count: null, text };
}
