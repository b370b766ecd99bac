/**
 * The file systems that the kernel keeps for memory without a path: memfd_create(2), System V segments
 * and shared anonymous memory, one more for each size of huge pages. A file of anybody's may be named
 * "/memfd:x (deleted)" or "/SYSV00000000 (deleted)"; on these devices nobody can make one.
 */
import { fstatSync, readdirSync } from "node:fs";
import { close } from "../../sys/fd.ts";
import { MFD_CLOEXEC, MFD_HUGE_SHIFT, MFD_HUGETLB, memfdCreate } from "../../sys/memfd.ts";

/** The kernel's own devices, as deviceKey() has them. */
export interface KernelMemory {
  /** Of ordinary pages; undefined where memfd_create(2) is refused. */
  readonly ordinary: string | undefined;
  /** Of huge pages, of each size. */
  readonly huge: ReadonlySet<string>;
}

/** "0:1": major and minor number of a device. */
export function deviceKey(major: number, minor: number): string {
  return `${major}:${minor}`;
}

/** The device in what stat(2) gives as st_dev (gnu_dev_major(3)). */
export function deviceOf(dev: bigint): readonly [major: number, minor: number] {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xfffff000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return [Number(major), Number(minor)];
}

let known: KernelMemory | undefined;

/** They are the same as long as the kernel runs: found once, by making memory and looking where it is. */
export function kernelMemory(): KernelMemory {
  known ??= {
    ordinary: deviceOfNew(MFD_CLOEXEC),
    huge: new Set(
      hugePageBits().flatMap((bits) => {
        return deviceOfNew(MFD_CLOEXEC | MFD_HUGETLB | (bits << MFD_HUGE_SHIFT)) ?? [];
      }),
    ),
  };
  return known;
}

/**
 * True for what lies in the kernel's own memory. Where the kernel does not say which device that is,
 * any without hardware may be.
 */
export function isKernelMemory(major: number, minor: number): boolean {
  const { ordinary, huge } = kernelMemory();
  if (ordinary === undefined) return major === 0;
  const device = deviceKey(major, minor);
  return device === ordinary || huge.has(device);
}

function deviceOfNew(flags: number): string | undefined {
  const fd = memfdCreate("linux-ipc", flags);
  if (fd < 0) return undefined;
  try {
    return deviceKey(...deviceOf(fstatSync(fd, { bigint: true }).dev));
  } finally {
    close(fd);
  }
}

/** The sizes of huge pages, as logarithms to the base 2 of their bytes. */
function hugePageBits(): number[] {
  try {
    return readdirSync("/sys/kernel/mm/hugepages").flatMap((name) => {
      const kibibytes = /^hugepages-(\d{1,12})kB$/.exec(name)?.[1];
      return kibibytes === undefined ? [] : [Math.log2(Number(kibibytes) * 1024)];
    });
  } catch {
    return [];
  }
}
