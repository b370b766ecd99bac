/**
 * What messages carry, and how a receiver sums them up: an order that is wrong, a message that is
 * missing, doubled, torn or cut changes the sum. bench/twin.h does exactly the same in C.
 */

/** The shortest message that can carry its mark at both ends. */
export const SIZE_BYTES_MIN = 8;

/** Writes what message number `index` carries: a mark at either end. */
export function stamp(data: Buffer, index: number): void {
  const mark = Math.imul(index, 0x9e3779b1);
  data.writeInt32LE(mark, 0);
  data.writeInt32LE(mark, data.length - 4);
}

/** The sum of what came before and one more message. */
export function summed(sum: number, data: Buffer): number {
  const { length } = data;
  return (Math.imul(sum, 31) + data.readInt32LE(0) + data.readInt32LE(length - 4) + length) | 0;
}

/** The sum of messages 0 to `messages` - 1, as a receiver of all of them must have it. */
export function sumOf(messages: number, sizeBytes: number): number {
  const data = Buffer.alloc(sizeBytes);
  let sum = 0;
  for (let index = 0; index < messages; index++) {
    stamp(data, index);
    sum = summed(sum, data);
  }
  return sum;
}
