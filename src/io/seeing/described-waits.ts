/** Who waits on what is behind descriptors without a path. */
import type { View } from "../room.ts";
import type { Wait } from "../schema.ts";
import { type DescriptorWait, descriptorWaits, waitOn } from "./descriptor-waits.ts";
import { addressBehind, type DescribedKind } from "./open-descriptions.ts";

/** The waits on descriptors of that kind; `words` says what each of them waits for. */
export function describedWaits(
  view: View,
  kind: DescribedKind,
  words: (wait: DescriptorWait) => Partial<Wait>,
): readonly Wait[] {
  return descriptorWaits(view, kind).flatMap((wait) => {
    const address = addressBehind(view, wait.descriptor);
    return address === undefined ? [] : [waitOn(wait, address, words(wait))];
  });
}
