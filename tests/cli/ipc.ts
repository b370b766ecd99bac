/** The built command, run as a user runs it. */
import { inTree } from "../../tools/paths.ts";
import {
  type Outcome,
  type Peer,
  type PeerOptions,
  type RunOptions,
  runPeer,
  startPeer,
} from "../harness/peer.ts";

/** The one file that is the command. */
export const commandFile: string = inTree("dist/ipc.cjs");

const plain = { NO_COLOR: "", COLUMNS: "" };

/** Runs `ipc` with these words to its end; nothing limits its width. */
export async function ipc(words: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const env = { ...plain, ...options.env };
  const outcome = await runPeer(process.execPath, [commandFile, ...words], { ...options, env });
  return { ...outcome, stderr: withoutGaps(outcome.stderr) };
}

/** Starts `ipc`, to be talked to. */
export function startIpc(words: readonly string[], options: PeerOptions = {}): Promise<Peer> {
  const env = { ...plain, ...options.env };
  return startPeer(process.execPath, [commandFile, ...words], { ...options, env });
}

/** Runs `ipc` as nobody. */
export function ipcAsNobody(words: readonly string[]): Promise<Outcome> {
  const program = [process.execPath, commandFile, ...words];
  return runPeer("setpriv", ["--reuid=65534", "--clear-groups", ...program], { env: plain });
}

/** The lines on what could not be seen depend on the machine. */
function withoutGaps(stderr: string): string {
  return stderr.replace(/^ipc: not seen: .*\n/gm, "");
}

/** What `--json` printed, checked for being the schema that we know. */
export function parsed<Shape = JsonSnapshot>({ stdout }: Outcome): Shape {
  const value = JSON.parse(stdout) as { readonly schema: unknown };
  if (value.schema !== "ipc/1") throw new Error(`wrong schema in ${stdout.slice(0, 100)}`);
  return value as Shape;
}

/** The parts of the schema that these tests look at. */
export interface JsonSnapshot {
  readonly host: { readonly time: string };
  readonly gaps: readonly unknown[];
  readonly processes: readonly { readonly pid: number }[];
  readonly objects: readonly { readonly address: string; readonly kind: string }[];
  readonly holds: readonly unknown[];
  readonly waits: readonly { readonly pid: number; readonly operation: string }[];
  readonly links: readonly unknown[];
  readonly findings: readonly { readonly rule: string }[];
}
