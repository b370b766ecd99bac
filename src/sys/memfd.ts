/** Memory that has a descriptor and no name, a call a line: results are >= 0 or -errno. */
import { addon } from "./addon.ts";
import { createRegion, releaseRegion } from "./region.ts";

export const MFD_CLOEXEC = 0x1;
export const MFD_HUGETLB = 0x4;

/** Behind MFD_HUGETLB: which size of huge pages, as the logarithm to the base 2 of its bytes. */
export const MFD_HUGE_SHIFT = 26;

/** memfd_create(2): a descriptor. */
export function memfdCreate(name: string, flags: number): number {
  const bytes = Buffer.from(`${name}\0`);
  const region = createRegion(bytes.length);
  try {
    bytes.copy(region.bytes);
    return addon().memfd_create(region.id, 0, bytes.length, flags >>> 0);
  } finally {
    releaseRegion(region);
  }
}

/** In what getSeals() gives, what may not be done any more: fcntl(2). */
export const F_SEAL_SEAL = 0x01;
/** See F_SEAL_SEAL. */
export const F_SEAL_SHRINK = 0x02;
/** See F_SEAL_SEAL. */
export const F_SEAL_GROW = 0x04;
/** See F_SEAL_SEAL. */
export const F_SEAL_WRITE = 0x08;
/** See F_SEAL_SEAL. */
export const F_SEAL_FUTURE_WRITE = 0x10;
/** See F_SEAL_SEAL. */
export const F_SEAL_EXEC = 0x20;

/** fcntl(F_GET_SEALS): a sum of F_SEAL_ bits; -EINVAL for what cannot be sealed. */
export function getSeals(fd: number): number {
  return addon().fcntl_get_seals(fd);
}
