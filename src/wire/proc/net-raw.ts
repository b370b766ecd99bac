/**
 * /proc/PID/net/raw and raw6: the raw sockets of a network namespace, a line each (proc_pid_net(5)). It
 * is what there is where the kernel has no raw_diag.
 */
import { ipText } from "../ip-address.ts";
import type { Endpoint, InetSocket } from "../sock-diag/inet.ts";
import { textOf } from "./text.ts";

/** Lines that are none are passed over. */
export function decodeNetRaw(bytes: Uint8Array, family: "v4" | "v6"): InetSocket[] {
  return textOf(bytes)
    .split("\n")
    .flatMap((line) => socketIn(line, family) ?? []);
}

const form =
  /^ *\d+: ([\dA-F]+):([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) ([\dA-F]{2}) ([\dA-F]{8}):([\dA-F]{8}) \S+ \S+ +(\d+) +\d+ (\d+) /;

function socketIn(line: string, family: "v4" | "v6"): InetSocket | undefined {
  const [, near = "", protocol = "", far = "", port = "", ...rest] = form.exec(line) ?? [];
  const local = endpointOf(near, protocol, family);
  const remote = endpointOf(far, port, family);
  if (local === undefined || remote === undefined) return undefined;
  const [state = "", sent = "", received = "", uid, inode] = rest;
  return {
    family,
    state: Number.parseInt(state, 16),
    local,
    remote,
    interface: 0,
    cookie: undefined,
    receiveQueue: Number.parseInt(received, 16),
    sendQueue: Number.parseInt(sent, 16),
    uid: Number(uid),
    inode: Number(inode),
    retransmits: 0,
    shutdown: 0,
    memory: undefined,
    traffic: undefined,
    cgroupId: undefined,
    isV6Only: undefined,
  };
}

/** Each word of 32 bits is printed as a number of the machine, whose little end comes first. */
function endpointOf(hex: string, port: string, family: "v4" | "v6"): Endpoint | undefined {
  if (hex.length !== (family === "v4" ? 8 : 32)) return undefined;
  const view = new DataView(new ArrayBuffer(hex.length / 2));
  for (let at = 0; at < hex.length; at += 8) {
    view.setUint32(at / 2, Number.parseInt(hex.slice(at, at + 8), 16), true);
  }
  return { address: ipText(view, 0, family), port: Number.parseInt(port, 16) };
}
