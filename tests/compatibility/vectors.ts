/** What ipcs may be asked, in every combination. */
import type { Random } from "../harness/seed.ts";
import type { Step } from "./outcomes.ts";

/** Calls of a program that are written one after the other, with a | between them. */
export function stepsIn(program: Step["program"], text: string): Step[] {
  const lines = text.trim().split(/ *[|\n] */);
  return lines.map((line) => ({ program, words: line.split(" ").filter((word) => word !== "") }));
}

/** A call of ipcs. */
export function ipcs(...words: readonly string[]): Step {
  return { program: "ipcs", words };
}

const resources = [
  ...["", "-m", "-q", "-s", "-m -q", "-s -m", "-q -s", "-s -q -m", "-a", "-q -a", "-a -s"],
  ...["-mqs", "--shmems", "--queues", "--semaphores", "--all", "--se --qu"],
];

const outputs = ["-t", "-p", "-c", "-l", "-u"];

const pairs = outputs.flatMap((one) => outputs.map((other) => `${one} ${other}`));

const units = ["", "-b", "--human", "-b --human", "--human -b"];

/** Every resource with every output, two outputs in either order, and every unit. */
export function listings(): Step[] {
  const all = ["", ...outputs, ...pairs];
  const words = resources.flatMap((resource) =>
    all.flatMap((output) => units.map((unit) => `${resource} ${output} ${unit}`)),
  );
  return words.map(stepOf);
}

function stepOf(line: string): Step {
  return ipcs(...line.split(" ").filter((word) => word !== ""));
}

/** Every object by its id, in every unit, with outputs that count for nothing; and ids of nothing. */
export function details(ids: readonly number[]): Step[] {
  const all = [...ids, 999, 32768, 2147483647, -1, -2147483648];
  return ["-m", "-q", "-s"].flatMap((kind) =>
    all.flatMap((id) =>
      ["", "-b", "--human", "-l", "-ut"].map((more) => stepOf(`${kind} -i ${id} ${more}`)),
    ),
  );
}

/** What is wrong, or strange, or both. */
export const strange: readonly Step[] = stepsIn(
  "ipcs",
  `
-lu | -ul | -qlb | -mqt | -tmq | -pt -q | --limits --summary -q | -ca -t | -i | --id | -q -i
--id= -q | -i 0 | -i 0 -a | -i 0 -q -m | -qi0 | -qi 0 | -i0 -q | -q --id=0 | -q --id 0
-q --i 0 | -q -q -i 0 | -i 1 -i 0 -q | -i x -q | -i 1x -q | -i 2147483648 | -i -2147483649
-i 99999999999999999999 | -i 0x1 -q | -i 010 -q | -i +0 -q | -i 1e3 -q
-i 99999999999999999999x -q | -i 3000000000x | -i -q | -i -- | -Z | -qZ | -Zq | -q -Z | -q -?
-: | -; | -qW x | -= | - -q | -q - | -- -Z | -q -- -Z | x | x -q | -q x -t y | -t -- -q | --
--- | ---- | --s | --sh | --se | --su | --s=1 | --shmem | --shmemsx | --q | --queue | --qu=1
--all=1 | --a -t | --t | --ti | --p -q | --c | --cr -m | --l -s | --h=1 | --hu -q | --b -q
--b= | --i | --i=0 -s | --= | --=1 | --human= | --bytes=3 | --nosuch | --nosuch=1 | --nosuch x
--limits= | --Id 0 | -h | --help | --he | -qh | -V | --version | --ver | -qV | -hZ | -Zh
-i x -h | -h -i x | --v | --h | -h x | -V -h | --help=1
`,
);

/** What no line of words can hold. */
export const bytes: readonly Step[] = [
  ipcs(""),
  ipcs("-i", ""),
  ipcs("-q", "-i", " 0"),
  ipcs("-q", "-i", "\t\n\v\f\r 0"),
  ipcs("-q", "-i", "0 "),
  ipcs("-q", "-i", "- 1"),
  ipcs("-é"),
  ipcs("--é"),
  ipcs("--é=ü"),
  ipcs("-i", "é"),
  ipcs("--id=\n"),
  ipcs("--i\nd"),
  ipcs("--id", "0\n", "-q"),
];

const tokens = [
  ...[
    "-m",
    "-q",
    "-s",
    "-a",
    "-t",
    "-p",
    "-c",
    "-l",
    "-u",
    "-b",
    "--human",
    "--bytes",
    "--",
    "-",
    "x",
  ],
  ...[
    "-i",
    "--id",
    "0",
    "1",
    "2",
    "-1",
    "7x",
    "--id=1",
    "-i2",
    "--sh",
    "--s",
    "--lim",
    "-lub",
    "-Z",
    "-qi",
  ],
  ...["--time", "--pid", "--creator", "--summ", "--hum", "--by=1", "-tq", "-ms", "-ab", "--no", ""],
];

/** That many random calls. */
export function random(source: Random, count: number): Step[] {
  const words = (): string[] =>
    Array.from({ length: source.integer(0, 5) }, () => source.pick(tokens));
  return Array.from({ length: count }, () => ipcs(...words()));
}
