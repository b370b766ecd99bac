/** Bytes of /proc as text. Names and paths there may hold any byte but NUL. */

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** UTF-8; a byte that is none becomes U+FFFD, so that no name, however hostile, is an error. */
export function textOf(bytes: Uint8Array, start: number = 0, end: number = bytes.length): string {
  return decoder.decode(bytes.subarray(start, end));
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}
