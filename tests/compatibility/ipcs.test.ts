/**
 * ipcs, ours and the machine's, over the same objects: what they print, complain of and end with is
 * the same, byte for byte. Verified with util-linux 2.38.1; ipcs of 2.43 differs in its help alone.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { listSysvMessageQueues, listSysvSemaphoreSets, listSysvSharedMemory } from "linux-ipc";
import { seeded } from "../harness/seed.ts";
import { test } from "../harness/test.ts";
import { asNobody, assertSame } from "./compared.ts";
import { richObjects } from "./objects.ts";
import { bytes, details, ipcs, listings, random, strange } from "./vectors.ts";

const settings = {
  needs: ["util-linux", "isolated", "setuid", "userns", "root"],
  timeoutMs: 240_000,
} as const;

/** What costs thousands of processes, and under sanitizers minutes. */
const long = { ...settings, needs: [...settings.needs, "unsanitized"] } as const;

function idsThere(): readonly number[] {
  const all = [listSysvMessageQueues(), listSysvSharedMemory(), listSysvSemaphoreSets()];
  return [...new Set(all.flat().map(({ id }) => id))];
}

for (const [user, wrapper] of [
  ["root", []],
  ["nobody", asNobody],
] as const) {
  test(`ipcs in every combination of options is util-linux's, as ${user}`, long, async (scene) => {
    await richObjects(scene);
    await assertSame(listings(), wrapper);
    await assertSame(details(idsThere()), wrapper);
    const source = seeded("ipcs", scene.diagnostic);
    await assertSame([...strange, ...bytes, ...random(source, 300)], wrapper);
  });
}

/** Users and processes have other numbers there, or none. */
const elsewhere = {
  "in a user namespace": ["unshare", "--user", "--map-root-user"],
  "in another PID namespace": ["unshare", "--pid", "--fork", "--kill-child"],
} as const;

for (const [where, wrapper] of Object.entries(elsewhere)) {
  test(`ipcs is util-linux's ${where}`, settings, async (scene) => {
    await richObjects(scene);
    const some = listings().filter((_, index) => index % 20 === 0);
    await assertSame([...some, ...details(idsThere())], wrapper);
  });
}

test("ipcs is util-linux's where there is nothing to show", settings, async () => {
  await assertSame([...listings().filter((_, index) => index % 7 === 0), ...details([0])]);
});

/** Names below /proc/sys/kernel, with values that strain the arithmetic. */
const limits: Readonly<Record<string, readonly string[]>> = {
  shmall: [
    "0",
    "1",
    "4611686018427387904",
    "4503599627370496",
    "4503599627370495",
    "18446744073709551615",
  ],
  shmmax: ["0", "1023", "1024", "1048575", "1125899906842623", "18446744073709551615"],
  shmmni: ["0", "32768"],
  msgmax: ["0", "1023", "10239", "2147483647"],
  msgmnb: ["0", "65536", "2147483647"],
  msgmni: ["0", "1"],
  sem: ["1 2 3 4", "65536 2147483647 500 32768", "0 0 0 0"],
};

test("ipcs -l is util-linux's whatever the limits are", settings, async (scene) => {
  for (const [name, values] of Object.entries(limits)) {
    const file = `/proc/sys/kernel/${name}`;
    const before = readFileSync(file, "latin1");
    scene.after(() => writeFileSync(file, before));
    for (const value of values) {
      writeFileSync(file, value);
      await assertSame([ipcs("-l"), ipcs("-lb"), ipcs("-l", "--human"), ipcs("-u"), ipcs("-ub")]);
    }
  }
});

test("ipcs is util-linux's with POSIXLY_CORRECT", settings, async (scene) => {
  const steps = [...strange, ...random(seeded("ipcs", scene.diagnostic), 100)];
  await assertSame(steps, [], { POSIXLY_CORRECT: "" });
});
