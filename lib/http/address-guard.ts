import net from "node:net";
import { canonicalHost, hasEmptyLabel } from "./host-name.ts";
import { type HostPattern, parseHostPattern } from "./host-pattern.ts";
import { RefusalError } from "./refusal.ts";
import {
  type AddressBlock,
  GLOBAL_UNICAST_IPV6,
  LOOPBACK,
  METADATA_SERVICES,
  NOT_PUBLIC_IPV4,
  NOT_PUBLIC_IPV6,
  PRIVATE_NETWORKS,
} from "./special-addresses.ts";

export interface GuardOptions {
  /** Allows requests to private and loopback addresses. `@default` false */
  readonly allowPrivate?: boolean;
  /** When not empty, only these hosts are allowed: exact names, or `*.example.com` for all subdomains of a name. */
  readonly allowHosts?: readonly string[];
  /** These hosts are forbidden; an address in this list is forbidden under every name. Wins over `allowHosts`. */
  readonly denyHosts?: readonly string[];
  /** The allowed ports. `@default` 80, 443, and 1024 and above */
  readonly allowPorts?: readonly PortRange[] | undefined;
  /** `host:port` of the Lambda runtime API, which is always forbidden. */
  readonly runtimeApi?: string | undefined;
}

/** Ports from the first to the last, both included. */
export type PortRange = readonly [first: number, last: number];

/** The guard refused the destination of a request. */
export class ForbiddenAddressError extends RefusalError {
  override readonly name = "ForbiddenAddressError";
}

/** Where an address came from: the URL itself, a name lookup, or the socket that is connected to it. */
export type AddressSource = "literal" | "lookup" | "peer";

/**
 * Decides where requests may go. Each check returns why the destination is refused, or `undefined` when it is allowed.
 */
export interface AddressGuard {
  /** @param host a URL's host name, or a literal address without brackets */
  refuseHost(host: string): ForbiddenAddressError | undefined;
  /** @param address an IP address before or just after connecting to it */
  refuseAddress(
    address: string,
    port: number,
    source: AddressSource,
  ): ForbiddenAddressError | undefined;
}

/** The web's ports and all unprivileged ports. Mail, DNS and file servers use ports below 1024. */
const DEFAULT_PORTS: readonly PortRange[] = [
  [80, 80],
  [443, 443],
  [1024, 65_535],
];

/**
 * Makes a guard. By default only public addresses are allowed.
 *
 * @throws {TypeError} when a host of a list is not valid
 */
export function createAddressGuard(options: GuardOptions = {}): AddressGuard {
  const { allowPrivate = false, allowPorts = DEFAULT_PORTS } = options;
  const allowed = options.allowHosts?.map(hostPattern) ?? [];
  const denied = options.denyHosts?.map(hostPattern) ?? [];
  const isRuntimeApi = runtimeApiMatcher(options.runtimeApi);

  const refuseDenied = (host: string) =>
    denied.some((matches) => matches(host))
      ? new ForbiddenAddressError(
          `host ${host} is in POLL_DENY_HOSTS; the stack's parameter DenyHosts lists it`,
        )
      : undefined;

  return {
    refuseHost(host) {
      const name = canonicalHost(host);
      if (hasEmptyLabel(name)) {
        return new ForbiddenAddressError(`host ${name} has an empty label: it is not a host name`);
      }
      if (allowed.length === 0 || allowed.some((matches) => matches(name))) {
        return refuseDenied(name);
      }
      return (
        refuseDenied(name) ?? notListed(`host ${name}`, "POLL_ALLOW_HOSTS", "AllowHosts", "hosts")
      );
    },
    refuseAddress(address, port, source) {
      const family = net.isIP(address);
      // A zone id names an interface of this machine, and a BlockList does not recognise an address that has one.
      if (family === 0 || address.includes("%")) {
        return new ForbiddenAddressError(
          `the address to connect to (${source}) is not a plain IP address`,
        );
      }
      const refused = (why: string) => new ForbiddenAddressError(`${address} (${source}) ${why}`);
      if (!allowPorts.some(([first, last]) => port >= first && port <= last)) {
        return notListed(`port ${port}`, "POLL_ALLOW_PORTS", "AllowPorts", "ports");
      }
      if (isRuntimeApi(address, family, port)) {
        return refused("is the Lambda runtime API, which is never reached");
      }
      if (isIn(METADATA, address, family)) {
        return refused("is link-local or a metadata service, which is never reached");
      }
      const denied = refuseDenied(address);
      if (denied !== undefined || isPublic(address, family)) return denied;
      if (!isPrivate(address, family)) return refused("is not a public address");
      if (allowPrivate) return undefined;
      return refused(
        "is not a public address; POLL_ALLOW_PRIVATE=true, the stack's parameter AllowPrivate, lets requests reach it",
      );
    },
  };
}

/** A list that is set replaces its default: who adds to it has to know that it names all of them. */
function notListed(what: string, variable: string, parameter: string, noun: string) {
  return new ForbiddenAddressError(
    `${what} is not in ${variable}; the stack's parameter ${parameter} lists all ${noun} that requests may go to`,
  );
}

function hostPattern(text: string): HostPattern {
  const pattern = parseHostPattern(text);
  if (pattern !== undefined) return pattern;
  throw new TypeError(`${text}: must be a host name, an address, or *.example.com`);
}

/** The API listens on one address. Its port is refused on every loopback address too. */
function runtimeApiMatcher(runtimeApi: string | undefined) {
  const colon = runtimeApi?.lastIndexOf(":") ?? -1;
  if (runtimeApi === undefined || colon < 0) return () => false;
  const host = runtimeApi.slice(0, colon).replace(/^\[|\]$/g, "");
  const runtimePort = Number(runtimeApi.slice(colon + 1));
  return (address: string, family: number, port: number) =>
    port === runtimePort && (address === host || isIn(THIS_MACHINE, address, family));
}

function isPublic(address: string, family: number): boolean {
  return family === 4
    ? !isIn(NOT_PUBLIC, address, family)
    : isIn(PUBLIC_IPV6, address, family) && !isIn(NOT_PUBLIC, address, family);
}

/** BlockList finds IPv4-mapped IPv6 addresses in IPv4 blocks. They are refused: they only hide an IPv4 address. */
function isPrivate(address: string, family: number): boolean {
  return isIn(PRIVATE, address, family) && !(family === 6 && isIn(MAPPED, address, family));
}

function isIn(list: net.BlockList, address: string, family: number): boolean {
  return list.check(address, familyName(family));
}

function blockList(blocks: readonly AddressBlock[]): net.BlockList {
  const list = new net.BlockList();
  for (const [, network, prefix] of blocks) {
    list.addSubnet(network, prefix, familyName(net.isIP(network)));
  }
  return list;
}

/** BlockList assumes IPv4 by default, and then finds no IPv6 address in any block. */
function familyName(family: number): "ipv4" | "ipv6" {
  return family === 6 ? "ipv6" : "ipv4";
}

const NOT_PUBLIC = blockList([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]);
const PUBLIC_IPV6 = blockList([GLOBAL_UNICAST_IPV6]);
const PRIVATE = blockList(PRIVATE_NETWORKS);
const MAPPED = blockList([["IPv4-mapped Address", "::ffff:0:0", 96]]);
const THIS_MACHINE = blockList(LOOPBACK);
const METADATA = blockList(METADATA_SERVICES);
