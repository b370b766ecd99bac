/** Addresses as connect(2), bind(2) and sendto(2) take them: struct sockaddr of unix(7), ip(7), ipv6(7). */
import { ipText } from "./ip-address.ts";
import { unixNameText } from "./unix-name.ts";

/** What an address names. */
export type SocketAddress =
  | { readonly family: "unix"; readonly name: string }
  | { readonly family: "v4" | "v6"; readonly address: string; readonly port: number };

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;

/** sizeof(struct sockaddr_storage): no address is longer. */
export const SOCKADDR_BYTES_MAX = 128;

/** Undefined where it is of no family that we know, too short, or names nothing. */
export function decodeSockaddr(bytes: Uint8Array): SocketAddress | undefined {
  if (bytes.length < 3) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const family = view.getUint16(0, true);
  if (family === AF_UNIX) return { family: "unix", name: unixNameText(bytes.subarray(2)) };
  if (family === AF_INET && bytes.length >= 8) {
    return { family: "v4", address: ipText(view, 4, "v4"), port: view.getUint16(2) };
  }
  if (family === AF_INET6 && bytes.length >= 24) {
    return { family: "v6", address: ipText(view, 8, "v6"), port: view.getUint16(2) };
  }
  return undefined;
}
