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
