/** What can be done with POSIX message queues here, found by trying it. */
import { Descriptor } from "../../io/descriptor.ts";
import { probeOn } from "../../io/probe.ts";
import type { Probe } from "../../io/room.ts";
import { ipcHere, openMessageQueuesIn } from "../../io/seeing/abroad.ts";
import { SystemError } from "../../sys/errors.ts";
import { mqOpen, mqUnlink, O_CREAT, O_EXCL, O_NONBLOCK, O_RDWR } from "../../sys/mq.ts";
import { bytesOf } from "../../wire/proc/text.ts";

/** Tries each thing with a queue of its own, which is gone afterwards. */
export function mqProbe(): readonly Probe[] {
  return probeOn("make a POSIX message queue (mq_open)", makeQueue, () => [
    ["see POSIX queues that are not mounted (fsopen)", () => openMessageQueuesIn(ipcHere).close()],
  ]);
}

interface Made extends Disposable {
  remove(): void;
}

function makeQueue(): Made {
  const name = bytesOf(`linux-ipc.probe.${process.pid}`);
  const flags = O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK;
  const fd = mqOpen(name, flags, 0o600, { mq_maxmsg: 1, mq_msgsize: 1 });
  if (fd < 0) throw new SystemError(fd, "mq_open");
  const queue = new Descriptor(fd, "The message queue");
  return { remove: () => mqUnlink(name), [Symbol.dispose]: () => queue.close() };
}
