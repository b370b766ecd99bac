/** The numbered, checksummed messages of peers/sender.pl, as a receiver of ours checks them. */
import assert from "node:assert/strict";
import { inTree } from "../../tools/paths.ts";
import { type Peer, startPeer } from "../harness/peer.ts";

const headerBytes = 8;

/** The number of a message; throws when its text is torn. */
export function numberOf(text: Buffer): number {
  const number = text.readUInt32BE(0);
  const payload = text.subarray(headerBytes);
  assert.equal(payload.length, 4 * ((number * 7919) % 120), `message ${number} is cut`);
  assert.equal(text.readUInt32BE(4), sumOf(payload), `message ${number} is torn`);
  return number;
}

/** Perl's unpack("%32C*"). */
function sumOf(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => (sum + byte) >>> 0, 0);
}

/** A perl that sends numbered messages when it is told how many. */
export function startSender(queueId: number, pauseUs = 0): Promise<Peer> {
  const script = inTree("tests/message-queue/peers/sender.pl");
  return startPeer("perl", [script, String(queueId), String(pauseUs)], { timeoutMs: 120_000 });
}
