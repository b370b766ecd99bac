/** How many instances and watches each user has: counted, as the kernel tells it nowhere. */
import type { View } from "../../io/room.ts";
import { openDescriptions } from "../../io/seeing/open-descriptions.ts";
import { WALK_DESCRIPTORS, WALK_FILES, walkSync } from "../../sys/walk.ts";
import { decodeFanotify } from "../../wire/proc/fdinfo/fanotify.ts";
import { decodeInotify } from "../../wire/proc/fdinfo/inotify.ts";
import { decodeWalk } from "../../wire/proc/walk.ts";

/** What one user has in use. */
export interface Use {
  readonly instances: number;
  readonly watches: number;
  readonly groups: number;
  readonly marks: number;
}

const none: Use = { instances: 0, watches: 0, groups: 0, marks: 0 };

/** By uid: that of the lowest process that holds an instance, who most likely has made it. */
export function useByUser(view: View): ReadonlyMap<number, Use> {
  const users = new Map<number, Use>();
  const count = (uid: number | null | undefined, more: Partial<Use>): void => {
    if (uid === null || uid === undefined) return;
    const before = users.get(uid) ?? none;
    const sum = (name: keyof Use): number => before[name] + (more[name] ?? 0);
    const [instances, watches] = [sum("instances"), sum("watches")];
    users.set(uid, { instances, watches, groups: sum("groups"), marks: sum("marks") });
  };
  for (const { held, info } of openDescriptions(view, "inotify")) {
    count(held[0]?.process.uid, { instances: 1, watches: decodeInotify(info).length });
  }
  for (const { held, info } of openDescriptions(view, "fanotify")) {
    count(held[0]?.process.uid, { groups: 1, marks: decodeFanotify(info)?.marks.length ?? 0 });
  }
  return users;
}

/** What this user has in use, by a walk of its own. */
export function ownUse(): Use {
  const uid = process.getuid?.();
  const users = useByUser(viewOf());
  return (uid === undefined ? undefined : users.get(uid)) ?? none;
}

function viewOf(): View {
  return {
    processes: decodeWalk(walkSync(WALK_FILES | WALK_DESCRIPTORS)),
    namespaces: { ipc: null, net: null, mnt: null, pid: null, user: null },
    readMemory: () => undefined,
    isGone: () => false,
    isBlocked: () => false,
  };
}
