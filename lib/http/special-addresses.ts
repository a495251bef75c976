/** An address block that requests do not reach, by the name its registry gives it. */
export type AddressBlock = readonly [name: string, network: string, prefix: number];

/** IANA IPv4 Special-Purpose Address Registry (2025-10-09): what is not globally reachable, and multicast. */
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

/** The only IPv6 block that is public at all (RFC 4291 section 2.4, IANA IPv6 Global Unicast Address Space). */
export const GLOBAL_UNICAST_IPV6: AddressBlock = ["Global Unicast", "2000::", 3];

/** IANA IPv6 Special-Purpose Address Registry (2025-10-09): what of Global Unicast is not public all the same. */
export const NOT_PUBLIC_IPV6: readonly AddressBlock[] = [
  ["IETF Protocol Assignments, with TEREDO and ORCHID", "2001::", 23],
  ["Documentation", "2001:db8::", 32],
  ["6to4", "2002::", 16],
  ["Documentation", "3fff::", 20],
];

/** The metadata services of clouds: credentials stand behind them, so that no setting opens them. */
export const METADATA_SERVICES: readonly AddressBlock[] = [
  ["EC2, Azure and GCP instance metadata", "169.254.169.254", 32],
  ["ECS task metadata", "169.254.170.2", 32],
  ["EKS Pod Identity Agent", "169.254.170.23", 32],
  ["Alibaba Cloud metadata", "100.100.100.200", 32],
  ["EC2 instance metadata", "fd00:ec2::254", 128],
  ["EKS Pod Identity Agent", "fd00:ec2::23", 128],
];
