/** For tests: bytes that a decoder must survive, at random and by damaging what is right. */
import fc from "fast-check";

/** Random bytes, and `golden` with a few bytes overwritten, cut off or said twice. */
export function anyBytes(golden: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat({ max: Math.max(0, golden.length - 1) });
  const overwritten = fc
    .array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 8 })
    .map((changes) => {
      const bytes = golden.slice();
      for (const [at, byte] of changes) bytes[at] = byte;
      return bytes;
    });
  const cut = place.map((end) => golden.slice(0, end));
  const twice = fc.tuple(place, place).map(([a, b]) => concat(golden.slice(0, a), golden.slice(b)));
  return fc.oneof(fc.uint8Array({ maxLength: 512 }), overwritten, cut, twice);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
