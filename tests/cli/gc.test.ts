/** What `ipc gc` finds left over by foreign programs, and what it removes. */
import assert from "node:assert/strict";
import { ask } from "../harness/peer.ts";
import { type TestScene, test } from "../harness/test.ts";
import { ahead } from "./clock.ts";
import { ipc, parsed } from "./ipc.ts";
import { foreignQueue, perlSend } from "./scene.ts";

const settings = { needs: ["util-linux", "perl", "isolated", "root"] } as const;
const day = 25 * 3_600_000;

/** A segment made and attached once by a program that has ended. */
async function leftSegment(scene: TestScene, key: number): Promise<string> {
  const program =
    `$id = shmget(${key}, 4096, 0600 | 01000) // die $!; ` +
    "shmwrite($id, 'x', 0, 1) or die $!; print $id";
  const address = `shm:${await ask("perl", ["-e", program])}`;
  scene.after(() => ipc(["rm", "--force", address]));
  return address;
}

/** A queue with messages of one who has ended. */
async function leftQueue(scene: TestScene): Promise<string> {
  const id = await foreignQueue(scene);
  await perlSend(id, 1, "for nobody");
  return `msg:${id}`;
}

interface Answer {
  readonly leftovers: readonly {
    readonly address: string;
    readonly removal: string;
    readonly outcome: string | null;
  }[];
}

test("gc shows what is left over by class, and changes nothing", settings, async (scene) => {
  const plain = await leftSegment(scene, 0);
  const keyed = await leftSegment(scene, 0x7e57);
  const queue = await leftQueue(scene);
  assert.match((await ipc(["gc"])).stdout, /^nothing is left over/);
  const { code, stdout } = await ipc(["gc"], { env: ahead(day) });
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`^SAFE +${plain} .*nobody has it attached`, "m"));
  assert.match(stdout, new RegExp(`^LIKELY +${keyed} `, "m"));
  assert.match(stdout, new RegExp(`^LIKELY +${queue} `, "m"));
  assert.match(stdout, /\n1 is safe to remove: ipc gc --yes\n$/);
  assert.equal((await ipc(["show", plain])).code, 0);
});

test("gc --yes removes what is safe, and nothing else", settings, async (scene) => {
  const plain = await leftSegment(scene, 0);
  const keyed = await leftSegment(scene, 0x7e58);
  const queue = await leftQueue(scene);
  const { leftovers } = parsed<Answer>(await ipc(["gc", "--yes", "--json"], { env: ahead(day) }));
  assert.deepEqual(
    leftovers.map(({ address, removal, outcome }) => [address, removal, outcome]),
    [
      [plain, "safe", "removed"],
      [queue, "likely", null],
      [keyed, "likely", null],
    ],
  );
  assert.equal((await ipc(["show", plain])).code, 1);
  assert.equal((await ipc(["show", keyed])).code, 0);
  assert.equal((await ipc(["show", queue])).code, 0);
});

test("gc KIND looks at that kind alone", settings, async (scene) => {
  const plain = await leftSegment(scene, 0);
  const queue = await leftQueue(scene);
  const { stdout } = await ipc(["gc", "msg"], { env: ahead(day) });
  assert.ok(stdout.includes(queue) && !stdout.includes(plain));
});
