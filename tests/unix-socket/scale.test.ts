/** Twenty thousand Unix sockets are seen in the time that a person does not notice. */
import assert from "node:assert/strict";
import { snapshot } from "linux-ipc/inspect";
import { test } from "../harness/test.ts";
import { scripted } from "../inspect/sockets.ts";

const fleet = `
r, w = os.pipe()
pids = []
for _ in range(200):
    pid = os.fork()
    if pid == 0:
        kept = [socketpair() for _ in range(50)]
        os.write(w, b".")
        signal.pause()
    pids.append(pid)
for _ in pids: os.read(r, 1)
say(*pids)
sys.stdin.readline()
for pid in pids: os.kill(pid, 9); os.waitpid(pid, 0)
`;

/** A second where the machine is idle; ten, because it may not be. */
const atMostMs = 10_000;

test("snapshot() of 20,000 sockets has each once, each pair once, and ends soon", {
  needs: ["python", "isolated"],
}, async (scene) => {
  const { peer, numbers } = await scripted(scene, fleet);
  const seen = await snapshot({ kinds: ["unix"] });
  const pids = new Set(numbers);
  const holds = seen.holds.filter(({ pid, fd }) => pids.has(pid) && (fd ?? 0) > 2);
  const addresses = new Set(holds.map(({ object }) => object));
  const links = seen.links.filter(({ from, to }) => addresses.has(from) && addresses.has(to));
  assert.deepEqual([holds.length, addresses.size, links.length], [20_000, 20_000, 10_000]);
  assert.ok(seen.host.tookMs < atMostMs, `${seen.host.tookMs} ms`);
  scene.diagnostic(`20,000 sockets in ${seen.host.tookMs} ms, the walk over /proc included`);
  peer.say("");
  await peer.ended();
});
