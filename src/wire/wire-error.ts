/** The one error of every decoder: what came does not follow the format it claims. */

/** What is wrong: the bytes end too early, or they cannot mean anything. */
export type WireErrorCode = "ERR_WIRE_TRUNCATED" | "ERR_WIRE_MALFORMED";

/** A peer sent nonsense. */
export class WireError extends Error {
  override readonly name: string = "WireError";
  readonly code: WireErrorCode;
  /** Where the nonsense begins, in bytes from the start of what was decoded. */
  readonly offset: number;

  constructor(code: WireErrorCode, offset: number, message: string) {
    super(`${message}, at byte ${offset}`);
    this.code = code;
    this.offset = offset;
  }
}
