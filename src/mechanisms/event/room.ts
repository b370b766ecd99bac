/** The room of events: eventfd, epoll, timerfd, signalfd and io_uring, which can be seen. */
import type { Room } from "../../io/room.ts";
import { describedKind } from "../../io/seeing/described-kind.ts";
import { sharingGaps } from "../../io/seeing/open-descriptions.ts";
import { together } from "../../io/seeing/together.ts";
import { seeEpolls } from "./epoll-see.ts";
import { eventLimits } from "./event-limits.ts";
import { eventProbes } from "./event-probes.ts";
import { seeEventfds } from "./eventfd-see.ts";
import { seeIoUrings } from "./io-uring-see.ts";
import { seeSignalfds } from "./signalfd-see.ts";
import { seeTimerfds } from "./timerfd-see.ts";

export const eventRoom: Room = {
  name: "event",
  kinds: [
    describedKind({ name: "eventfd", title: "eventfd", number: "ID" }),
    describedKind({ name: "epoll", title: "epoll instance" }),
    describedKind({ name: "timerfd", title: "timerfd" }),
    describedKind({ name: "signalfd", title: "signalfd" }),
    describedKind({ name: "io-uring", title: "io_uring", number: "INODE" }),
  ],
  probe: eventProbes,
  limits: eventLimits,
  see: (view) =>
    together([
      seeEventfds(view),
      seeEpolls(view),
      seeTimerfds(view),
      seeSignalfds(view),
      seeIoUrings(view),
      { gaps: sharingGaps(view, ["eventfd", "eventpoll", "timerfd", "signalfd", "io_uring"]) },
    ]),
};
