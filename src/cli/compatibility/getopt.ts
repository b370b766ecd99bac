/**
 * getopt_long(3) of glibc, whose every habit is part of how the originals behave: options may stand
 * between operands, long ones may be abbreviated, short ones may stand together with a value behind.
 */

/** Whether an option takes a value: behind "=" or in the next word, or behind "=" alone. */
export type Takes = "nothing" | "value" | "perhaps";

/** An option, and what the help says of it. */
export interface Option {
  /** What the program knows the option by. Where it is one letter, it is also the short form. */
  readonly letter: string;
  readonly long: string;
  readonly takes: Takes;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly meaning: string;
}

/** An option as it was given. */
export interface Given {
  readonly letter: string;
  readonly value: string | undefined;
}

/** What the words say, as far as the first mistake, at which every program stops reading. */
export interface Parsed {
  readonly given: readonly Given[];
  /** Without the program's name. */
  readonly complaint: string | undefined;
  readonly operands: readonly string[];
}

/** What one word gives: options, and whether it took the next word as a value; or a complaint. */
type Reading = {
  readonly given: readonly Given[];
  readonly used: 1 | 2;
  readonly complaint?: string;
};

/** `posixly`: the first operand ends the options, as with POSIXLY_CORRECT. */
export function getopt(
  words: readonly string[],
  options: readonly Option[],
  posixly: boolean,
): Parsed {
  const given: (readonly Given[])[] = [];
  const operands: string[] = [];
  for (let place = 0; place < words.length; ) {
    const word = words[place] ?? "";
    if (word === "--" || (posixly && !isOption(word))) {
      const rest = words.slice(word === "--" ? place + 1 : place);
      return { given: given.flat(), complaint: undefined, operands: operands.concat(rest) };
    }
    if (!isOption(word)) operands.push(word);
    const next = words[place + 1];
    const { used, complaint, ...reading } = isOption(word) ? read(word, next, options) : nothing;
    given.push(reading.given);
    if (complaint !== undefined) return { given: given.flat(), complaint, operands };
    place += used;
  }
  return { given: given.flat(), complaint: undefined, operands };
}

const nothing: Reading = { given: [], used: 1 };

/** A dash alone is an operand. */
function isOption(word: string): boolean {
  return word.startsWith("-") && word !== "-";
}

function read(word: string, next: string | undefined, options: readonly Option[]): Reading {
  return word.startsWith("--") ? readLong(word, next, options) : readShort(word, next, options);
}

function wrong(complaint: string, given: readonly Given[] = []): Reading {
  return { given, used: 1, complaint };
}

function readLong(word: string, next: string | undefined, options: readonly Option[]): Reading {
  const [, name = "", value] = /^--([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const exact = options.find(({ long }) => long === name);
  const fitting = exact ? [exact] : options.filter(({ long }) => long.startsWith(name));
  const [option, another] = fitting;
  if (option === undefined) return wrong(`unrecognized option '${word}'`);
  if (another !== undefined) return wrong(ambiguous(word, fitting));
  const { letter, long, takes } = option;
  if (value !== undefined) {
    if (takes === "nothing") return wrong(`option '--${long}' doesn't allow an argument`);
    return { given: [{ letter, value }], used: 1 };
  }
  if (takes !== "value") return { given: [{ letter, value }], used: 1 };
  if (next === undefined) return wrong(`option '--${long}' requires an argument`);
  return { given: [{ letter, value: next }], used: 2 };
}

function ambiguous(word: string, fitting: readonly Option[]): string {
  const possibilities = fitting.map(({ long }) => ` '--${long}'`).join("");
  return `option '${word}' is ambiguous; possibilities:${possibilities}`;
}

/** Letters one after the other; the first that takes a value takes the rest of the word. */
function readShort(word: string, next: string | undefined, options: readonly Option[]): Reading {
  const given: Given[] = [];
  for (let place = 1; place < word.length; place++) {
    const letter = word[place] ?? "";
    const takes = options.find((option) => option.letter === letter)?.takes;
    if (takes === undefined) return wrong(`invalid option -- '${letter}'`, given);
    const rest = takes === "nothing" ? "" : word.slice(place + 1);
    if (rest !== "") return { given: [...given, { letter, value: rest }], used: 1 };
    if (takes === "value") return valueBehind(letter, next, given);
    given.push({ letter, value: undefined });
  }
  return { given, used: 1 };
}

function valueBehind(letter: string, next: string | undefined, given: readonly Given[]): Reading {
  if (next === undefined) return wrong(`option requires an argument -- '${letter}'`, given);
  return { given: [...given, { letter, value: next }], used: 2 };
}
