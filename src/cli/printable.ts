/**
 * Makes text from elsewhere safe to print. A process chooses its own name, and a name may hold
 * escape sequences: whatever a terminal would obey or hide is shown as an escape instead.
 */

/** Controls, formats (bidi, zero width), lone surrogates, line and paragraph separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** The text with every character that does not print as itself replaced by \xNN or \u{N}. */
export function printable(text: string): string {
  return plain.test(text) ? text : escapedIn(text);
}

/** Nearly everything is, and looking costs a tenth of replacing. */
const plain = /^[\x20-\x7e]*$/;

function escapedIn(text: string): string {
  return text.replace(unprintable, escaped);
}

function escaped(character: string): string {
  const short = shortEscapes.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, "0")}` : `\\u{${digits}}`;
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

/** The text with its lines and its tabs, and every other character that does not print escaped. */
export function printableLines(text: string): string {
  return text.replace(unprintable, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
}

/** Every character prints as itself. */
const ascii = /^[ -~]*$/;

/** JSON in one line, the same value: JSON lets characters stand that a terminal obeys or hides. */
export function printableJson(json: string): string {
  if (ascii.test(json)) return json;
  return json.replace(unprintable, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

/** Bytes as one line of text: escaped when they are UTF-8, else as hexadecimal. */
export function printableBytes(bytes: Uint8Array): string {
  return textOr(bytes, printable);
}

/** The same with the lines and the tabs that the text has. */
export function printableBytesLines(bytes: Uint8Array): string {
  return textOr(bytes, printableLines);
}

function textOr(bytes: Uint8Array, show: (text: string) => string): string {
  const text = utf8(bytes);
  return text === undefined ? `0x${Buffer.from(bytes).toString("hex")}` : show(text);
}

/** The bytes as text; undefined when they are not valid UTF-8. */
export function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
