import type { IncomingHttpHeaders } from "node:http";

/** The names by which a browser of this machine reaches the console, which listens on 127.0.0.1 only. */
const LOOPBACK_NAMES = ["127.0.0.1", "localhost"];

/**
 * Whether a request comes from the console's own page, or from a program of this machine. A page of another site can
 * send requests to loopback too: the browser then adds that page's Origin. With DNS rebinding the other page's host name
 * leads to loopback, and stands in Host.
 *
 * @param port the port that the console listens on
 * @returns why the request is refused, or `undefined` when it is allowed
 */
export function refusalOf(headers: IncomingHttpHeaders, port: number): string | undefined {
  const { host = "", origin } = headers;
  const hosts = LOOPBACK_NAMES.map((name) => `${name}:${port}`);
  if (!hosts.includes(host.toLowerCase())) {
    return `this Host is not the console's: open it as ${hosts.join(" or ")}`;
  }
  if (origin !== undefined && origin !== `http://${host.toLowerCase()}`) {
    return "this Origin is not the console's: no other page may use it";
  }
  return undefined;
}
