import net from "node:net";
import {
  type AddressBlock,
  GLOBAL_UNICAST_IPV6,
  METADATA_SERVICES,
  NOT_PUBLIC_IPV4,
  NOT_PUBLIC_IPV6,
} from "./special-addresses.ts";

export interface GuardOptions {
  /** Lets requests reach private, loopback and link-local addresses. `@default` false */
  readonly allowPrivate?: boolean;
  /** When not empty, only these hosts are reached: exact names, or `*.example.com` for all below a name. */
  readonly allowHosts?: readonly string[];
  /** These hosts are never reached; wins over `allowHosts`. */
  readonly denyHosts?: readonly string[];
  /** `host:port` of the Lambda runtime API, which is never reached. */
  readonly runtimeApi?: string | undefined;
}

/** The guard refused to let a request go where it was told to. */
export class ForbiddenAddressError extends Error {
  override readonly name = "ForbiddenAddressError";
}

/** Decides where requests may go. Each check returns why not, or `undefined` when nothing speaks against it. */
export interface AddressGuard {
  /** @param host a URL's host name, or a literal address without brackets */
  refuseHost(host: string): ForbiddenAddressError | undefined;
  /** @param address an IP address about to be dialled, or just connected to */
  refuseAddress(address: string, port: number): ForbiddenAddressError | undefined;
}

/** Makes a guard. By default requests reach public addresses only. */
export function createAddressGuard(options: GuardOptions = {}): AddressGuard {
  const { allowPrivate = false, allowHosts = [], denyHosts = [], runtimeApi } = options;
  return {
    refuseHost(host) {
      const name = host.toLowerCase().replace(/\.$/, "");
      if (denyHosts.some((pattern) => matchesHost(pattern, name))) {
        return new ForbiddenAddressError(`host ${name} is in POLL_DENY_HOSTS`);
      }
      if (allowHosts.length > 0 && !allowHosts.some((pattern) => matchesHost(pattern, name))) {
        return new ForbiddenAddressError(`host ${name} is not in POLL_ALLOW_HOSTS`);
      }
      return undefined;
    },
    refuseAddress(address, port) {
      const family = net.isIP(address);
      if (family === 0) return new ForbiddenAddressError("what was dialled is not an IP address");
      if (`${address}:${port}` === runtimeApi) {
        return new ForbiddenAddressError("the Lambda runtime API is never reached");
      }
      if (isIn(METADATA, address, family)) {
        return new ForbiddenAddressError(
          `${address} is a metadata service, which is never reached`,
        );
      }
      if (allowPrivate || isPublic(address, family)) return undefined;
      return new ForbiddenAddressError(
        `${address} is not a public address; POLL_ALLOW_PRIVATE=true lets requests reach it`,
      );
    },
  };
}

function isPublic(address: string, family: number): boolean {
  return family === 4
    ? !isIn(NOT_PUBLIC, address, family)
    : isIn(PUBLIC_IPV6, address, family) && !isIn(NOT_PUBLIC, address, family);
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

/** BlockList takes an address for IPv4 unless told, and then finds no IPv6 address in any block. */
function familyName(family: number): "ipv4" | "ipv6" {
  return family === 6 ? "ipv6" : "ipv4";
}

function matchesHost(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) : name === wanted;
}

const NOT_PUBLIC = blockList([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6]);
const PUBLIC_IPV6 = blockList([GLOBAL_UNICAST_IPV6]);
const METADATA = blockList(METADATA_SERVICES);
