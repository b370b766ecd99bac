/** Sentences, wrapped to fit the terminal. */
import { type Column, table } from "./table.ts";
import { paint } from "./terminal.ts";

/** One sentence a line; what it says further in stays there when it is wrapped. */
export function prose(lines: readonly string[], indent = 0): string {
  return lines.map((line) => paragraph(line, indent)).join("");
}

/** The first sentence, and under it the others. */
export function hung([first = "", ...others]: readonly string[]): string[] {
  return [first, ...others.map((sentence) => `  ${sentence}`)];
}

function paragraph(line: string, indent: number): string {
  const sentence = line.trimStart();
  const layout = { bare: true, wrap: true, indent: indent + line.length - sentence.length };
  return table([sentences], [sentence], layout);
}

/** A conclusion stands out. */
const sentences: Column<string> = {
  title: "",
  rank: 1,
  least: 10,
  cell: (sentence) => sentence,
  paint: (text) => (text.startsWith("=>") ? paint.bold(text) : text),
};
