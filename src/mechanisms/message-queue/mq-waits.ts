/** Who is blocked on a POSIX message queue: in mq_timedsend(2), mq_timedreceive(2), or poll(2). */
import type { View } from "../../io/room.ts";
import type { Wait } from "../../io/schema.ts";
import { type DescriptorWait, descriptorWaits, waitOn } from "../../io/seeing/descriptor-waits.ts";
import type { Descriptor } from "../../wire/proc/process-table.ts";

/** The waits on these descriptors, which are those of queues, by the address of each. */
export function queueWaits(all: View, addresses: ReadonlyMap<Descriptor, string>): Wait[] {
  if (addresses.size === 0) return [];
  const waits = ["file", "deleted"].flatMap((kind) => descriptorWaits(all, kind));
  return waits.flatMap((wait) => {
    const address = addresses.get(wait.descriptor);
    return address === undefined ? [] : [waitOn(wait, address, aboutWait(wait))];
  });
}

/** A message has to find room in the queue, whatever its size: the room was set aside for all. */
function aboutWait({ operation, call }: DescriptorWait): Partial<Wait> {
  const number = (index: number): number => Number(call.arguments[index] ?? 0n);
  if (call.name === "mq_timedsend") {
    const need = { messages: 1, bytes: number(2), priority: number(3) };
    return { operation: "send", need, text: "room for one message" };
  }
  if (call.name === "mq_timedreceive") {
    return { operation: "receive", need: { maxBytes: number(2) }, text: "a message" };
  }
  if (operation === "read") return { operation: "receive", text: "a message" };
  if (operation === "write") return { operation: "send", text: "room for one message" };
  return { text: operation === "poll" ? "a message, or room for one" : "" };
}
