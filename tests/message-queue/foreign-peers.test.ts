/** Programs in other languages speak to our queue, and we to theirs, in both directions. */
import assert from "node:assert/strict";
import type { MessageType } from "linux-ipc/message-queue";
import { blocked } from "../harness/blocked.ts";
import { randomOf } from "../harness/seed.ts";
import { describe, test } from "../harness/test.ts";
import { ForeignQueue, type Language, languages, printed } from "./foreign.ts";
import { fill, freeKey, keyedQueue } from "./queue.ts";

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

/** Texts that break what is careless: none, zeros, every byte, as long as the default allows. */
const texts = [Buffer.alloc(0), Buffer.alloc(3), everyByte, randomOf(1).bytes(8192)];

/** Types around the edges of 32 bits, of doubles and of longs, as far as the binding goes. */
function typesFor({ typeMax }: Language): MessageType[] {
  const types = [1n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n + 5n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  return types
    .filter((type) => type <= typeMax)
    .map((type) => (type < 2n ** 53n ? Number(type) : type));
}

for (const language of languages) {
  const settings = { needs: [language.need] };

  describe(language.name, () => {
    test("receive() gives what the peer sent, type and bytes", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      assert.equal(peer.id, queue.id);
      for (const type of typesFor(language)) {
        for (const data of texts) {
          assert.equal(await peer.send(type, data), "sent");
          assert.deepEqual(await queue.receive(), { type, data });
        }
      }
    });

    test("send() reaches the peer, type and bytes", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      for (const type of typesFor(language)) {
        for (const data of texts) {
          await queue.send(type, data);
          assert.equal(await peer.receive(0, 8192), printed(type, data));
        }
      }
    });

    test("receive() chooses among the peer's messages by type", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      for (const type of [9, 5, 7, 5, 12]) await peer.send(type, Buffer.from(`of ${type}`));
      assert.equal((await queue.receive({ type: -9 })).type, 5);
      assert.equal((await queue.receive({ type: 7 })).type, 7);
      assert.equal((await queue.receive({ except: 9 })).type, 5);
      assert.equal(queue.tryReceive({ type: -8 }), undefined);
      assert.equal((await queue.receive({ except: 9 })).type, 12);
      assert.equal((await queue.receive()).type, 9);
    });

    test("the peer chooses among our messages by type", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      for (const type of [9, 5, 7, 5]) queue.trySend(type, Buffer.from([type]));
      assert.equal(await peer.receive(-9, 10), "5 05");
      assert.equal(await peer.receive(7, 10), "7 07");
      assert.equal(await peer.receive(-4, 10, "nowait"), "ENOMSG");
      assert.equal(await peer.receive(0, 10), "9 09");
    });

    test("send() ends the peer's wait, and the peer's send ends ours", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      const answer = peer.receive(4, 100);
      await blocked(peer.peer.pid, "msgrcv", queue.id);
      await queue.send(4, "wake");
      assert.equal(await answer, printed(4, Buffer.from("wake")));
      const waiting = queue.receive({ type: 6 });
      await blocked(process.pid, "msgrcv", queue.id);
      await peer.send(6, Buffer.from("you too"));
      assert.equal((await waiting).data.toString(), "you too");
    });

    test("receive() makes room for the peer's blocked send", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      assert.equal(fill(queue, 4096), 4);
      assert.equal(await peer.send(2, Buffer.from("x"), "nowait"), "EAGAIN");
      const answer = peer.send(2, Buffer.from("x"));
      await blocked(peer.peer.pid, "msgsnd", queue.id);
      assert.equal((await queue.receive()).type, 1);
      assert.equal(await answer, "sent");
      const sending = queue.send(3, Buffer.alloc(4096));
      await blocked(process.pid, "msgsnd", queue.id);
      await peer.receive(1, 8192);
      await sending;
      assert.equal(queue.stat().messages, 4);
    });

    test(
      "stat() agrees with the peer's, after the peer used the queue",
      settings,
      async (scene) => {
        const key = freeKey();
        const queue = keyedQueue(scene, key, { mode: 0o640 });
        await using peer = await ForeignQueue.open(language, key);
        await peer.send(1, Buffer.from("one"));
        await peer.send(1, Buffer.from("two"));
        await peer.receive(0, 10);
        const ours = queue.stat();
        assert.equal(ours.lastSendPid, peer.peer.pid);
        assert.equal(ours.lastReceivePid, peer.peer.pid);
        assert.deepEqual(await peer.stat(), fieldsOf(ours, await peer.stat()));
      },
    );

    test("set() is seen by the peer, and the peer's change by stat()", settings, async (scene) => {
      const key = freeKey();
      const queue = keyedQueue(scene, key);
      await using peer = await ForeignQueue.open(language, key);
      queue.set({ mode: 0o642, maxBytes: 5000 });
      const seen = await peer.stat();
      assert.deepEqual([(seen["mode"] ?? 0) & 0o777, seen["qbytes"]], [0o642, 5000]);
      assert.equal(await peer.set(0o604, 6000), "done");
      const { mode, maxBytes } = queue.stat();
      assert.deepEqual([mode, maxBytes], [0o604, 6000]);
    });

    test(
      "remove() ends the peer's wait with EIDRM, and the peer's ours",
      settings,
      async (scene) => {
        const key = freeKey();
        const first = keyedQueue(scene, key);
        await using peer = await ForeignQueue.open(language, key);
        const answer = peer.receive(0, 10);
        await blocked(peer.peer.pid, "msgrcv", first.id);
        first.remove();
        assert.equal(await answer, "EIDRM");
        const second = keyedQueue(scene, key);
        await using other = await ForeignQueue.open(language, key);
        const refused = assert.rejects(second.receive(), { code: "EIDRM", syscall: "msgrcv" });
        await blocked(process.pid, "msgrcv", second.id);
        assert.equal(await other.remove(), "done");
        await refused;
      },
    );

    if (language.takesFlags) flagTests(language);
  });
}

/** For bindings that pass flags on by number. */
function flagTests(language: Language): void {
  const settings = { needs: [language.need] };

  test("the peer's MSG_EXCEPT and MSG_NOERROR mean what ours mean", settings, async (scene) => {
    const key = freeKey();
    const queue = keyedQueue(scene, key);
    await using peer = await ForeignQueue.open(language, key);
    for (const type of [1, 2, 1, 2]) queue.trySend(type, "abcdef");
    assert.equal(await peer.receive(1, 3, "except"), "E2BIG");
    assert.throws(() => queue.tryReceive({ except: 1, maxBytes: 3 }), { code: "E2BIG" });
    assert.equal(await peer.receive(1, 3, "except", "noerror"), "2 616263");
    const ours = queue.tryReceive({ except: 1, maxBytes: 3, noError: true });
    assert.deepEqual(ours, { type: 2, data: Buffer.from("abc") });
    assert.equal(await peer.receive(1, 10, "except", "nowait"), "ENOMSG");
    assert.equal(queue.tryReceive({ except: 1 }), undefined);
    assert.equal(queue.stat().messages, 2);
  });
}

type Status = ReturnType<ReturnType<typeof keyedQueue>["stat"]>;

/** Our fields by their C names; only those that the peer shows. */
function fieldsOf(ours: Status, shown: Readonly<Record<string, number>>): Record<string, number> {
  const seconds = (date: Date | undefined): number =>
    date === undefined ? 0 : date.getTime() / 1000;
  const all = {
    uid: ours.uid,
    gid: ours.gid,
    cuid: ours.creatorUid,
    cgid: ours.creatorGid,
    mode: ours.mode,
    qnum: ours.messages,
    qbytes: ours.maxBytes,
    lspid: ours.lastSendPid,
    lrpid: ours.lastReceivePid,
    stime: seconds(ours.sentAt),
    rtime: seconds(ours.receivedAt),
    ctime: seconds(ours.changedAt),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in shown));
}
