/** An address block with its name in the registry. */
export type AddressBlock = readonly [name: string, network: string, prefix: number];

/**
 * IANA IPv4 Special-Purpose Address Registry (2025-10-09): the blocks that are not globally reachable, and multicast.
 */
export const NOT_PUBLIC_IPV4: readonly AddressBlock[] = [
  ["This network", "0.0.0.0", 8],
  ["Private-Use", "10.0.0.0", 8],
  ["Shared Address Space", "100.64.0.0", 10],
  ["Loopback", "127.0.0.0", 8],
  ["Link Local", "169.254.0.0", 16],
  ["Private-Use", "172.16.0.0", 12],
  ["IETF Protocol Assignments", "192.0.0.0", 24],
  ["Documentation (TEST-NET-1)", "192.0.2.0", 24],
  ["6to4 Relay Anycast", "192.88.99.0", 24],
  ["Private-Use", "192.168.0.0", 16],
  ["Benchmarking", "198.18.0.0", 15],
  ["Documentation (TEST-NET-2)", "198.51.100.0", 24],
  ["Documentation (TEST-NET-3)", "203.0.113.0", 24],
  ["Multicast", "224.0.0.0", 4],
  ["Reserved", "240.0.0.0", 4],
  ["Azure's virtual public address", "168.63.129.16", 32],
];

/** The only public IPv6 block (RFC 4291 section 2.4, IANA IPv6 Global Unicast Address Space). */
export const GLOBAL_UNICAST_IPV6: AddressBlock = ["Global Unicast", "2000::", 3];

/** IANA IPv6 Special-Purpose Address Registry (2025-10-09): the parts of Global Unicast that are not public. */
export const NOT_PUBLIC_IPV6: readonly AddressBlock[] = [
  ["IETF Protocol Assignments, with TEREDO and ORCHID", "2001::", 23],
  ["Documentation", "2001:db8::", 32],
  ["6to4", "2002::", 16],
  ["Documentation", "3fff::", 20],
];

/** The blocks that `allowPrivate` allows: those of private networks, and no IPv4-mapped spelling of them. */
export const PRIVATE_NETWORKS: readonly AddressBlock[] = [
  ["Private-Use", "10.0.0.0", 8],
  ["Shared Address Space", "100.64.0.0", 10],
  ["Loopback", "127.0.0.0", 8],
  ["Private-Use", "172.16.0.0", 12],
  ["Private-Use", "192.168.0.0", 16],
  ["Loopback Address", "::1", 128],
  ["Unique-Local", "fc00::", 7],
];

/** This machine's own addresses, where Lambda's runtime API listens. */
export const LOOPBACK: readonly AddressBlock[] = [
  ["Loopback", "127.0.0.0", 8],
  ["Loopback Address", "::1", 128],
];

/** The metadata services of clouds. No setting allows them, because they hand out credentials. */
export const METADATA_SERVICES: readonly AddressBlock[] = [
  ["Link Local: the metadata services of EC2, ECS, EKS, Azure, GCP and others", "169.254.0.0", 16],
  ["Link-Local Unicast", "fe80::", 10],
  ["Alibaba Cloud metadata", "100.100.100.200", 32],
  ["Azure's virtual public address", "168.63.129.16", 32],
  ["Oracle Cloud metadata", "192.0.0.192", 32],
  ["EC2 instance metadata, EKS Pod Identity Agent, DNS and time", "fd00:ec2::", 32],
  ["Google Cloud metadata", "fd20:ce::254", 128],
  ["Oracle Cloud metadata", "fd00:c1::a9fe:a9fe", 128],
  ["Scaleway metadata", "fd00:42::42", 128],
];
