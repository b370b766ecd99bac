/**
 * The frame: region 0, in which the calls that are made once a message find their arguments. Writing
 * integers to a typed array costs a third of passing them through Node-API.
 */
import { viewRegion } from "./region.ts";

let words: Int32Array | undefined;

/** Its 16 words. */
export function frame(): Int32Array {
  words ??= viewRegion(0).words;
  return words;
}
