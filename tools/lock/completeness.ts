/**
 * The lock file must name every optional dependency, or `npm ci` refuses it. npm leaves out those
 * it could not fetch while it wrote the file, as happens with the binaries for other platforms
 * where a registry's mirror carries only some of them.
 */

/** The part of package-lock.json that matters here. */
export interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** One entry of the lock file. */
export interface LockedPackage {
  readonly version?: string;
  readonly optional?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** An optional dependency without an entry, by its name and version. */
export type Missing = readonly [name: string, version: string];

/** Every optional dependency that has no entry. */
export function missingFrom({ packages }: Lock): Missing[] {
  const wanted = Object.values(packages).flatMap((one) =>
    Object.entries(one.optionalDependencies ?? {}),
  );
  return wanted.filter(([name]) => !(`node_modules/${name}` in packages));
}

/** The same lock with an entry for each, in npm's order; npm installs none of them here. */
export function completed<Whole extends Lock>(lock: Whole): Whole {
  const added = missingFrom(lock).map(([name, version]) => {
    return [`node_modules/${name}`, entryFor(name, version)] as const;
  });
  const all = [...Object.entries(lock.packages), ...added];
  all.sort(([one], [other]) => one.localeCompare(other, "en"));
  return { ...lock, packages: Object.fromEntries(all) };
}

const systems = ["android", "darwin", "freebsd", "linux", "openharmony", "win32"];
const processors = ["arm64", "x64", "arm", "ppc64", "riscv64", "s390x", "ia32"];

/** Such packages say in their names what they are for, and must say so for npm to leave them. */
function entryFor(name: string, version: string): LockedPackage {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`For which platform is ${name}?`);
  const libc = words.some((word) => word.startsWith("musl")) ? { libc: ["musl"] } : {};
  return { version, cpu, dev: true, ...libc, optional: true, os };
}
