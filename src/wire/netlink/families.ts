/** The families of netlink by number and name (include/uapi/linux/netlink.h), and groups that have names. */

/** As netlink(7) calls them, in lower case. */
const names: ReadonlyMap<number, string> = new Map([
  [0, "route"],
  [2, "usersock"],
  [3, "firewall"],
  [4, "sock-diag"],
  [5, "nflog"],
  [6, "xfrm"],
  [7, "selinux"],
  [8, "iscsi"],
  [9, "audit"],
  [10, "fib-lookup"],
  [11, "connector"],
  [12, "netfilter"],
  [13, "ip6-fw"],
  [14, "dnrtmsg"],
  [15, "uevent"],
  [16, "generic"],
  [18, "scsitransport"],
  [19, "ecryptfs"],
  [20, "rdma"],
  [21, "crypto"],
  [22, "smc"],
]);

const numbers = new Map([...names].map(([number, name]) => [name, number]));

/** The name of a family; its number where it has none. */
export function familyName(number: number): string {
  return names.get(number) ?? String(number);
}

/** The number of a family by either; undefined where there is none. */
export function familyNumber(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) < 256 ? Number(text) : undefined;
  return numbers.get(text);
}

/** enum rtnetlink_groups (include/uapi/linux/rtnetlink.h), from group 1 on. */
const routeGroups: readonly string[] = [
  ...["link", "notify", "neigh", "tc", "ipv4-ifaddr", "ipv4-mroute", "ipv4-route", "ipv4-rule"],
  ...["ipv6-ifaddr", "ipv6-mroute", "ipv6-route", "ipv6-ifinfo", "decnet-ifaddr", "nop2"],
  ...[
    "decnet-route",
    "decnet-rule",
    "nop4",
    "ipv6-prefix",
    "ipv6-rule",
    "nd-useropt",
    "phonet-ifaddr",
  ],
  ...["phonet-route", "dcb", "ipv4-netconf", "ipv6-netconf", "mdb", "mpls-route", "nsid"],
  ...["mpls-netconf", "ipv4-mroute-r", "ipv6-mroute-r", "nexthop", "brvlan"],
];

const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ["route", routeGroups],
  ["uevent", ["kernel", "udev"]],
  ["audit", ["readlog"]],
]);

/** The name of a group; its number where it has none, or gets it when the machine runs. */
export function groupName(family: number, group: number): string {
  return groups.get(familyName(family))?.[group - 1] ?? String(group);
}
