import type { IncomingMessage } from "node:http";

const LOOPBACK_NAMES = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Whether a request to a server on loopback comes from a program of this machine: the rule of every local endpoint.
 * Web pages can send requests here too, but then the browser adds the page's origin; and a host name of the page that
 * resolves to loopback (DNS rebinding) appears in the Host header. A page that only loads a picture or a script from here
 * sends no origin, but the browser says so in Sec-Fetch-Site, which is `none` for what a person has typed (W3C Fetch
 * Metadata).
 *
 * @returns why it is refused, or `undefined` when it is allowed
 */
export function refusalOf({ headers, socket }: IncomingMessage): string | undefined {
  const { host = "", origin, "sec-fetch-site": site = "none" } = headers;
  if (origin !== undefined) {
    return `Origin '${origin}': this endpoint is for programs of this machine, not for web pages.`;
  }
  if (site !== "none") {
    return `Sec-Fetch-Site '${site}': this endpoint is for programs of this machine, not for web pages.`;
  }
  const port = socket.localPort;
  const allowed = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  // Clients omit the default port of the protocol.
  if (port === 80) allowed.push(...LOOPBACK_NAMES);
  if (allowed.includes(host.toLowerCase())) return undefined;
  return `Host '${host}' is not this endpoint: reach it as ${allowed.join(" or ")}.`;
}
