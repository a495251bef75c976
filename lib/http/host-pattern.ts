import net from "node:net";
import { canonicalHost, isHost } from "./host-name.ts";

/** Tells whether a host, in its canonical spelling, is meant by a pattern. */
export type HostPattern = (host: string) => boolean;

/**
 * Reads a host pattern: an exact name or address, or `*.example.com` for all below a name. It is brought into the
 * spelling that a parsed URL has, lest a rule of another spelling silently never match.
 *
 * @returns `undefined` for what no host can match, like one with a scheme or a port
 */
export function parseHostPattern(text: string): HostPattern | undefined {
  const wildcard = text.startsWith("*.");
  const name = parsedHost(wildcard ? text.slice(2) : text);
  if (name === undefined) return undefined;
  return wildcard ? (host) => host.endsWith(`.${name}`) : (host) => host === name;
}

/** A host in its canonical spelling; `undefined` where it is none. */
function parsedHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const isIPv6 = net.isIPv6(bare);
  if (!isIPv6 && /[/?#@\\*:\s]/.test(bare)) return undefined;
  const url = URL.parse(`http://${isIPv6 ? `[${bare}]` : bare}/`);
  const host = canonicalHost(url?.hostname ?? "");
  return isHost(host) ? host : undefined;
}
