/** Shows that peers answer, end, and are ended. */
import assert from "node:assert/strict";
import { ask, runPeer, startPeer } from "./peer.ts";
import { test } from "./test.ts";

test("runPeer() gives the input and returns what came of it", async () => {
  const outcome = await runPeer("sh", ["-c", "cat; echo two >&2; exit 3"], { input: "one" });
  assert.deepEqual(outcome, { code: 3, signal: null, stdout: "one", stderr: "two\n" });
});

test("runPeer() ends a program that outlives its time", async () => {
  const running = runPeer("sleep", ["60"], { timeoutMs: 50 });
  await assert.rejects(running, /in vain for the end of sleep/);
});

test("runPeer() rejects when there is no such program", async () => {
  await assert.rejects(runPeer("/there/is/no/such/program"), { code: "ENOENT" });
});

test("ask() returns the output and rejects with what the program complained about", async () => {
  assert.equal(await ask("echo", ["hello"]), "hello");
  await assert.rejects(ask("sh", ["-c", "echo sorry >&2; exit 1"]), /ended with 1: sorry/);
});

test("startPeer() is spoken to line by line", async () => {
  await using peer = await startPeer("sh", ["-c", 'while read -r x; do echo "got $x"; done']);
  peer.say("one");
  assert.equal(await peer.line(), "got one");
  peer.say("two");
  assert.equal(await peer.line(), "got two");
  peer.end();
  assert.equal((await peer.ended()).code, 0);
});

test("line() rejects with the complaint of a peer that ended", async () => {
  await using peer = await startPeer("sh", ["-c", "echo oops >&2"]);
  await assert.rejects(peer.line(), /ended without another line: oops/);
});

test("kill() ends a peer with the signal that is asked for", async () => {
  await using peer = await startPeer("sleep", ["60"]);
  peer.kill("SIGTERM");
  assert.equal((await peer.ended()).signal, "SIGTERM");
});

test("await using ends a peer that still runs", async () => {
  const peer = await startPeer("sleep", ["60"]);
  {
    await using _ = peer;
  }
  assert.equal((await peer.ended()).signal, "SIGKILL");
});
