/** How much of a long test is run: all of it in a soak, a part of it otherwise. */

const defaultScale = 0.1;

/** True in `npm run soak`, where every count is the full one. */
export const isSoak: boolean = process.env["LINUX_IPC_SOAK"] === "1";

/** LINUX_IPC_SCALE where it is set, 1 in a soak, 0.1 otherwise. */
export const scale: number = scaleOf(process.env["LINUX_IPC_SCALE"], isSoak);

/** The part of a full count that this run does: at least 1. */
export function scaled(fullCount: number): number {
  return Math.max(1, Math.round(fullCount * scale));
}

/** The scale that a setting asks for; throws when it is not above 0 and at most 1. */
export function scaleOf(setting: string | undefined, soak: boolean): number {
  if (setting === undefined) return soak ? 1 : defaultScale;
  const value = Number(setting);
  if (value > 0 && value <= 1) return value;
  throw new RangeError(`Wrong LINUX_IPC_SCALE: expected above 0 and at most 1, got ${setting}`);
}
