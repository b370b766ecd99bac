/** What was seen in another namespace, in addresses that say so. */
import type { Sight } from "../room.ts";
import type { Finding, ObjectRecord } from "../schema.ts";
import { addressIn } from "./namespaces.ts";

/** The same with "@4026532178/" before every address: there the same words name something else. */
export function sightIn(namespace: number, sight: Sight): Sight {
  const there = (address: string): string => addressIn(namespace, null, address);
  return {
    objects: sight.objects.map((object) => objectIn(there, object)),
    holds: sight.holds.map((hold) => ({ ...hold, object: there(hold.object) })),
    waits: sight.waits.map((wait) => {
      const parts = wait.parts === undefined ? {} : { parts: wait.parts.map(there) };
      return { ...wait, object: there(wait.object), ...parts };
    }),
    links: sight.links.map((link) => ({ ...link, from: there(link.from), to: there(link.to) })),
    findings: sight.findings.map((finding) => findingIn(there, finding)),
    gaps: sight.gaps,
  };
}

type There = (address: string) => string;

function objectIn(there: There, object: ObjectRecord): ObjectRecord {
  const { parts } = object;
  return {
    ...object,
    address: there(object.address),
    aliases: object.aliases.map(there),
    ...(parts === undefined
      ? {}
      : { parts: parts.map((part) => ({ ...part, address: there(part.address) })) }),
  };
}

/** The sentences name the objects of the finding, and so does the command at their end. */
function findingIn(there: There, finding: Finding): Finding {
  const { objects, text } = finding;
  const longestFirst = [...objects].sort((a, b) => b.length - a.length);
  const names = longestFirst.map((address) => address.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // Not behind a slash or a word: "sem:0" within "@4026532178/sem:0/1" is no other object.
  const named = new RegExp(`(?<![\\w/@])(?:${names.join("|")})(?!\\w)`, "g");
  return {
    ...finding,
    objects: objects.map(there),
    text: text.map((sentence) => sentence.replace(named, there)),
  };
}
