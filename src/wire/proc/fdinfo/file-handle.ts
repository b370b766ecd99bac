/** A file handle (name_to_handle_at(2)) in the lines of fdinfo. */

/** What open_by_handle_at(2) takes. */
export interface FileHandle {
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** The part of a line that holds one, as a pattern with three groups; a handle has 128 bytes at most. */
export const fileHandle =
  "(?:fhandle-bytes:([\\da-f]{1,2}) fhandle-type:([\\da-f]{1,8}) f_handle:((?:[\\da-f]{2}){1,128}))?";

/** What the pattern matched, its first group at `from`; undefined where the line had none. */
export function decodeFileHandle(match: RegExpExecArray, from: number): FileHandle | undefined {
  const [size, type, digits] = [match[from], match[from + 1], match[from + 2]];
  if (size === undefined || type === undefined || digits === undefined) return undefined;
  // The kernel writes as many bytes as it says.
  if (Number.parseInt(size, 16) !== digits.length / 2) return undefined;
  const bytes = new Uint8Array(digits.length / 2);
  for (const index of bytes.keys()) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return { type: Number.parseInt(type, 16), bytes };
}

/** The same part of a line. */
export function encodeFileHandle(handle: FileHandle | undefined): string {
  if (handle === undefined) return "";
  const digits = Array.from(handle.bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const size = `fhandle-bytes:${handle.bytes.length.toString(16)}`;
  return `${size} fhandle-type:${handle.type.toString(16)} f_handle:${digits}`;
}
