import net from "node:net";

/** RFC 1035 section 2.3.4, without the root's dot. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

/**
 * The canonical spelling of a host, which the guard, lists, lanes, pauses and logs use: that of a parsed URL (lower
 * case, punycode, IPv4 in decimals), without brackets and without the root's dot.
 *
 * @param hostname the `hostname` of a parsed URL, or a literal address
 */
export function canonicalHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** Whether a host in canonical spelling has an empty label: resolvers drop it and look up another name. */
export function hasEmptyLabel(host: string): boolean {
  return host.split(".").includes("");
}

/** Whether a host in canonical spelling is an address or a valid DNS name. */
export function isHost(host: string): boolean {
  if (net.isIP(host) !== 0) return true;
  const isLabel = (label: string) => label !== "" && label.length <= MAX_LABEL;
  return host.length <= MAX_NAME && host.split(".").every(isLabel);
}

/**
 * A URL's host and port, the key of limits and pauses; `undefined` when it is not a URL. The default port is left out.
 */
export function hostOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) return undefined;
  const host = parsed.hostname.replace(/\.$/, "");
  return parsed.port === "" ? host : `${host}:${parsed.port}`;
}
