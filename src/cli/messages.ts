/** Messages as JSON, the same for recv and peek. */
import type { Value } from "../inspect/index.ts";
import type { Received } from "../mechanisms/rooms.ts";
import { utf8 } from "./printable.ts";

/** What the mechanism says, and the data as text if it is UTF-8, else as base64. */
export function messageJson({ about, data }: Received): Readonly<Record<string, Value>> {
  const text = utf8(data);
  return text === undefined
    ? { ...about, encoding: "base64", data: data.toString("base64") }
    : { ...about, encoding: "utf-8", data: text };
}
