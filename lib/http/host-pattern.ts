import net from "node:net";
import { canonicalHost, isHost } from "./host-name.ts";

/** Whether a host in canonical spelling matches a pattern. */
export type HostPattern = (host: string) => boolean;

/**
 * Parses a host pattern: an exact name or address, or `*.example.com` for all subdomains of a name. The pattern is
 * converted to the spelling of a parsed URL, because a rule in another spelling would silently never match.
 *
 * @returns `undefined` for a pattern that no host can match, like one with a scheme or a port
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const wildcard = text.startsWith("*.");
  const name = parsedHost(wildcard ? text.slice(2) : text);
  if (name === undefined) return undefined;
  return wildcard ? (host) => host.endsWith(`.${name}`) : (host) => host === name;
}

/** A host in canonical spelling; `undefined` when the text is not a host. */
function parsedHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const isIPv6 = net.isIPv6(bare);
  if (!isIPv6 && /[/?#@\\*:\s]/.test(bare)) return undefined;
  const url = URL.parse(`http://${isIPv6 ? `[${bare}]` : bare}/`);
  const host = canonicalHost(url?.hostname ?? "");
  return isHost(host) && (isIPv6 || SIGNS_OF_NAMES.test(host)) ? host : undefined;
}

/** A URL's host may contain other signs, like quotes. A list with them, such as one in JSON, would match no host. */
const SIGNS_OF_NAMES = /^[a-z0-9_.-]+$/;
