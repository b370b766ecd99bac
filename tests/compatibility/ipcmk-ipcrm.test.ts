/**
 * ipcmk and ipcrm, ours and the machine's, each in an IPC namespace with equal objects: what they say
 * and what they leave is the same, step by step. Verified with util-linux 2.38.1. Later versions also
 * make and remove POSIX objects, whose options make more abbreviations ambiguous, and ipcrm without
 * a word is a bad usage to them: ours does nothing, as 2.38 does.
 */
import { readFileSync } from "node:fs";
import { seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { assertSameSteps } from "./compared.ts";
import type { Step } from "./outcomes.ts";
import { stepsIn } from "./vectors.ts";

const settings = {
  needs: ["util-linux", "sysv-ipcrm", "isolated", "setuid", "root"],
  timeoutMs: 120_000,
} as const;

function ipcmk(...words: readonly string[]): Step {
  return { program: "ipcmk", words };
}

function ipcrm(...words: readonly string[]): Step {
  return { program: "ipcrm", words };
}

function itemsIn(text: string): readonly string[] {
  return text.trim().split(/[|\n]/);
}

const sizes = itemsIn(`
1|100|0x1000|010|+4096|1k|1K|1KiB|1kib|1Kib|1KB|1kB|1kb|1M|2.50M|0.1MB|0.01MiB
0.5K|.5K|1.5K|1.5|1.0|1.0K|1.05K|1.005KB|1.999999999999999999999K|0.3K|0.33K|0.333333K
1..5K|1.0.5K|1.5.0K|1.K|1.KB|08|09K|0x|0xK|0x1.8K|1e3|1 K|1K |1KI|1KIB|1iB|1B|1BB|1KiBB|K
0|-1|-1K|x|1x|1Z|1Y|0Z|1,5K|1_0|1M1|1MiB1|1.5.5K|1.000000000000000000000005K|1.5e|1.e
16E|17E|18446744073709551615|18446744073709551616|18446744073692774400
99999999999999999999999|99999999999999999999999K|18014398509481984K|0.00000000000000000001E
8E|9E|15E|15.9E| 5|\t-5
`);

/** The machine's makes these where the kernel promises more memory than there is; ours never does. */
const beyondNumbers = itemsIn("0.5Z|1E|9007199254740993");
const isOvercommitted = readFileSync("/proc/sys/vm/overcommit_memory", "latin1").trim() === "1";

const modes = itemsIn("0|1|600|0777|666|7644|1644|2600|10600|20600|+644|-1|9|8");
const wrongModes = itemsIn("x|64x|0x1|77777777777777777777777777|1777777777777777777777| 644|644 ");
const counts = itemsIn("1|+2| 3|32000|32001|65536|65537|0|-1|x|1x|2147483647|2147483648");
const wrongCounts = ["-2147483649", "99999999999999999999", ""];

const making: readonly Step[] = [
  ...[...sizes, "", ...(isOvercommitted ? [] : beyondNumbers)].map((size) => ipcmk("-M", size)),
  ...[...modes, ...wrongModes, ""].map((mode) => ipcmk("-Q", "-p", mode)),
  ...[...modes, "4600", "14000000600"].map((mode) => ipcmk("-M", "4097", "--mode", mode)),
  ...[...modes, "4644"].map((mode) => ipcmk("-S", "3", `-p${mode}`)),
  ...counts.map((count) => ipcmk("-S", count)),
  ...wrongCounts.map((count) => ipcmk(`--semaphore=${count}`)),
  ipcmk(),
  ...stepsIn(
    "ipcmk",
    `
x | -p 600 | -Q x | -Q -S 2 -M 5 | -M 5 -M 6 | -S 1 -S 2 | -Q -Q -Qp600 -Q | -Q -M 0 | -M 0 -Q
-S 0 -M 7 | -Q -S 0 | -p 600 -Q -p 640 | --q | --queue | --sh 9 | --s 3 | --m 5 | --mode | --queue=1
-M | -Z | -QZ | -Q -Z | -Q -- | -- -Q | -Q -- -Z | -h | -V | -Q -h | --help | --version | --v
-M x -h | -h -M x | --nosuch | --shmem=8 -Q
`,
  ),
];

test("ipcmk is util-linux's, and makes what it makes", settings, async () => {
  await assertSameSteps(making, "root");
});

test("ipcmk is util-linux's for nobody", settings, async () => {
  const some = making.filter((_, index) => index % 2 === 0);
  await assertSameSteps(some, "nobody");
});

test("ipcmk reads random sizes as util-linux's", settings, async (scene) => {
  const source = seeded("sizes", scene.diagnostic);
  const parts = itemsIn("0|1|9|00|.|.0|5|123|K|k|KB|B|iB|ib|x| |-");
  const size = (): string =>
    Array.from({ length: source.integer(1, 5) }, () => source.pick(parts)).join("");
  const random = Array.from({ length: 300 }, () => ipcmk("-M", size(), "-p", "10600"));
  await assertSameSteps(random, "root");
});

/** Ids 0 to 4 of each kind are there, of which 2 belongs to nobody, and the keys 1, 2 and 0xdeadbeef. */
const removing: readonly Step[] = [
  ...stepsIn(
    "ipcrm",
    `
-m 77 | -q 77 | -s 77 | -m -1 | -q -2147483648 | -s 2147483648 | -q x | -q 1x | -q | -M 0 | -Q 0x0
-S 00 | -M 0x100000000 | -M 99 | -Q 0xcafe | -S 077 | -M x | -Q 1x | -S 99999999999999999999 | -M -5
-Q 0xdeadbeeg | -Q 08 | -M | -Z | x | -q 3 x | -- | -v -q 66 | -q 66 -v -q 67 | -vM 9 | -vvv | -av
-aq 1 | --all=x | --all= | -ax | -v | shm | msg | sem | shm 77 | msg x | sem 1x 78 -1 | msg 4294967377
shm 99999999999999999999 | shm -m 1 | msg -h | sem -- | q | shmx | sh 1 | -q 77 msg 1 | MSG 1
--queue-id | --queue | --q 1 | --queue-k | --sem 1 | --a=x | --v --a=x | --queue-id= | -h | --help
-V | --ver | -q 70 -Z -q 0 | -q 71 -q x -q 0 | -v -h | -q 72 -h | --he=1 | --verbose=1
`,
  ),
  ipcrm(),
  ipcrm(""),
  ipcrm("-q", ""),
  ipcrm("-M", ""),
  ipcrm("-M", " "),
  ipcrm("-q", "88", "-Q", ""),
  ipcrm("-Q", "88", "-Q", ""),
  ipcrm("-Q", "0", "-Q", ""),
  ipcrm("-vS", ""),
  ipcrm("-q", " 4"),
  ipcrm("-Q", " 0xDEADBEEF"),
  ipcrm("shm", " 4"),
  ipcrm("sem", ""),
  ...stepsIn(
    "ipcrm",
    `
msg 3 3 77 | -S 0x100000001 | -M 0x2 -Q 2 -S 02 | -M 1 -M 1 | -Q 4294967297 | -vs 1 -s 1 -s 2
-m 3 -m 4 -v -m 0 | shm 3 | shm 4294967298 | -vQ 1 | sem 4 0 | -vS 0xdeadbeef
`,
  ),
];

const removingAll = "-va x | -a | -v --all | -v -a -Z | -q 1 -vashm | -asem | --a=msg -v";

for (const user of ["root", "nobody"] as const) {
  test(`ipcrm is util-linux's, and removes what it removes, as ${user}`, settings, async () => {
    await assertSameSteps(removing, user);
  });

  for (const step of stepsIn("ipcrm", removingAll)) {
    test(`ipcrm ${step.words.join(" ")} is util-linux's, as ${user}`, settings, async () => {
      await assertSameSteps([step, { program: "ipcs", words: [] }], user);
    });
  }
}
