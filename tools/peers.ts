/**
 * The foreign programs that the tests speak to, as Debian packages, and their installation where
 * they are missing: only as root, only what is missing, upgrading nothing.
 */
import { existsSync } from "node:fs";
import { capture, show } from "./run.ts";

/** One Debian package and what the tests want it for. */
export interface PeerPackage {
  readonly name: string;
  readonly reason: string;
}

/** Every package the tests speak to. */
export const peerPackages: readonly PeerPackage[] = [
  { name: "perl", reason: "System V calls from another language's core" },
  { name: "python3", reason: "runs python3-sysv-ipc" },
  { name: "python3-sysv-ipc", reason: "System V objects by a binding of its own" },
  { name: "php-cli", reason: "msg_send and msg_receive, sem_acquire and sem_release" },
  { name: "fakeroot", reason: "an application of System V queues and semaphores, seen alive" },
  { name: "strace", reason: "the witness of what was asked of the kernel" },
  { name: "util-linux", reason: "ipcs, ipcmk, ipcrm, lsipc, unshare, nsenter, setpriv" },
  { name: "procps", reason: "ps and sysctl, to compare with" },
  {
    name: "iproute2",
    reason: "raises a test's loopback; ss and ip monitor, to compare sockets with",
  },
  { name: "lsof", reason: "who has what open, to compare with" },
  { name: "gcc", reason: "peers and twins in C from the manual pages; libasan" },
  { name: "libc6-dev", reason: "the headers that those are compiled with" },
  { name: "binutils", reason: "reads the addon's dynamic symbols" },
];

/** The packages of the list that are not installed; none where dpkg is not the package manager. */
export async function missingPeers(
  wanted: readonly PeerPackage[] = peerPackages,
): Promise<PeerPackage[]> {
  if (!existsSync("/usr/bin/dpkg-query")) return [];
  const names = wanted.map((peer) => peer.name);
  const form = "$" + "{Package} $" + "{db:Status-Status}\n";
  const { stdout } = await capture("dpkg-query", ["-W", "-f", form, ...names]);
  const installed = new Set(stdout.split("\n").filter((line) => line.endsWith(" installed")));
  return wanted.filter((peer) => !installed.has(`${peer.name} installed`));
}

/** Installs what is missing, or says why not; the tests skip what then still is. */
export async function installPeers(): Promise<void> {
  const missing = await missingPeers();
  if (missing.length === 0) return;
  console.log("Programs that the tests speak to and that are not installed here:");
  for (const { name, reason } of missing) console.log(`  ${name}: ${reason}`);
  const obstacle = obstacleToInstalling();
  if (obstacle !== undefined) return console.log(`They are not installed: ${obstacle}`);
  await install(missing.map((peer) => peer.name));
}

function obstacleToInstalling(): string | undefined {
  if (process.env["LINUX_IPC_NO_INSTALL"] === "1") return "LINUX_IPC_NO_INSTALL is 1";
  if (process.geteuid?.() !== 0) return "only root can install them";
  return existsSync("/usr/bin/apt-get") ? undefined : "there is no apt-get";
}

/** The package lists are brought up to date only when the ones at hand do not lead there. */
async function install(names: readonly string[]): Promise<void> {
  if ((await aptInstall(names)) === 0) return;
  if ((await apt(["-qq", "update"])) === 0 && (await aptInstall(names)) === 0) return;
  console.log("apt-get failed; tests that need what is missing are skipped");
}

function aptInstall(names: readonly string[]): Promise<number> {
  return apt(["-qq", "-y", "install", "--no-install-recommends", "--no-upgrade", ...names]);
}

/** Debian's tools speak on stderr, so that stdout stays the tests' own. */
function apt(parameters: readonly string[]): Promise<number> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return show("apt-get", parameters, { env, stdio: ["ignore", 2, 2] });
}
