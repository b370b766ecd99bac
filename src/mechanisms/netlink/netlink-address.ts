/** How netlink sockets are named: netlink:FAMILY/PORT, the family by its name where it has one. */
import { outOfRange } from "../../sys/errors.ts";
import { familyName, familyNumber } from "../../wire/netlink/families.ts";

/** "netlink:route/28795": the number is often that of the process, and need not be. */
export function netlinkAddress(family: number, portId: number): string {
  return `netlink:${familyName(family)}/${portId}`;
}

/** The forms of the addresses, for help. */
export const netlinkForms: readonly string[] = ["netlink:FAMILY/PORT"];

/** What stands behind "netlink:", in its one printed form. @throws RangeError */
export function parseNetlinkAddress(rest: string): string {
  const [, name = "", digits = ""] = /^([a-z\d-]+)\/(-?\d{1,10})$/.exec(rest) ?? [];
  const family = familyNumber(name);
  const port = Number(digits);
  if (family !== undefined && digits !== "" && port >= -(2 ** 31) && port < 2 ** 32) {
    // Other programs print the higher half of the numbers as negative ones.
    return netlinkAddress(family, port < 0 ? port + 2 ** 32 : port);
  }
  const forms = `${netlinkForms[0]} (route, generic, uevent …, or its number)`;
  throw outOfRange("address", forms, `netlink:${rest}`);
}
