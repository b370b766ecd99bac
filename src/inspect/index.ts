/** The state of the machine, read only: snapshot(), and the questions that one snapshot answers. */
export type {
  Finding,
  Gap,
  Hold,
  Host,
  Link,
  Namespaces,
  ObjectRecord,
  Owner,
  PartRecord,
  ProcessRecord,
  Snapshot,
  Unknown,
  Value,
  Wait,
} from "../io/schema.ts";
export type {
  Kind,
  Limit,
  Option,
  Options,
  PartAddress,
  Probe,
  Received,
  Room,
  Verb,
} from "../mechanisms/rooms.ts";
export { confirm, type SecondLook } from "./confirm.ts";
export { type Changed, type Changes, type Diff, diff, type FieldChange } from "./diff.ts";
export { type Check, doctor } from "./doctor.ts";
export {
  findObject,
  findProcess,
  kindNameOf,
  type OneDescriptor,
  type Subject,
  subjectOf,
} from "./find.ts";
export { isIdle } from "./idle.ts";
export { type JsonOptions, jsonParts, replacer, toJson } from "./json.ts";
export { isLeak, leaks, removable } from "./leaks.ts";
export { type Leftover, leftovers, objectionTo } from "./leftovers.ts";
export { isPlainFile, type OpenFileLink, openFile } from "./open-file.ts";
export { type ProcessUse, processUses } from "./process-use.ts";
export { type LimitsSeen, limitsOf } from "./refusals.ts";
export { type SnapshotOptions, snapshot } from "./snapshot.ts";
export { type Branch, type End, type Tree, tree } from "./tree.ts";
export { type Use, type Who, who } from "./who.ts";
export { type Why, why } from "./why.ts";
