import net from "node:net";

/** RFC 1035 section 2.3.4, without the dot of the root. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

/**
 * The one spelling of a host that guard, lists, lanes, pauses and logs go by: that of a parsed URL (lower case,
 * punycode, IPv4 in decimals), without brackets and without the dot of the root.
 *
 * @param hostname the `hostname` of a parsed URL, or a literal address
 */
export function canonicalHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** Tells whether a host in its canonical spelling has an empty label: resolvers drop it, and ask for another name. */
export function hasEmptyLabel(host: string): boolean {
  return host.split(".").includes("");
}

/** Tells whether a host in its canonical spelling is an address, or a name that DNS can hold. */
export function isHost(host: string): boolean {
  if (net.isIP(host) !== 0) return true;
  const isLabel = (label: string) => label !== "" && label.length <= MAX_LABEL;
  return host.length <= MAX_NAME && host.split(".").every(isLabel);
}

/** A URL's host and port, what bounds and pauses go by; `undefined` where it is no URL. The default port is left out. */
export function hostOf(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) return undefined;
  const host = parsed.hostname.replace(/\.$/, "");
  return parsed.port === "" ? host : `${host}:${parsed.port}`;
}
