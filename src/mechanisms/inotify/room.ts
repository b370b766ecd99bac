/** The room of what tells that files change: inotify and fanotify, which can be seen. */
import type { Room } from "../../io/room.ts";
import { describedKind } from "../../io/seeing/described-kind.ts";
import { sharingGaps } from "../../io/seeing/open-descriptions.ts";
import { together } from "../../io/seeing/together.ts";
import { allowanceFindings } from "./allowance-findings.ts";
import { seeFanotifies } from "./fanotify-see.ts";
import { inotifyLimits } from "./inotify-limits.ts";
import { inotifyProbes } from "./inotify-probes.ts";
import { seeInotifies } from "./inotify-see.ts";

import { pathGaps } from "./watched-paths.ts";

export const inotifyRoom: Room = {
  name: "inotify",
  kinds: [
    describedKind({ name: "inotify", title: "inotify instance" }),
    describedKind({ name: "fanotify", title: "fanotify group" }),
  ],
  probe: inotifyProbes,
  limits: inotifyLimits,
  see: (view) =>
    together([
      seeInotifies(view),
      seeFanotifies(view),
      { findings: allowanceFindings(view) },
      { gaps: [...sharingGaps(view, ["inotify", "fanotify"]), ...pathGaps(view)] },
    ]),
};
