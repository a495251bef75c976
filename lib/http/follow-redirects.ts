import type { IncomingMessage } from "node:http";
import { MAX_REDIRECTS } from "../limits.ts";
import { exchange } from "./exchange.ts";
import type { Agents } from "./guarded-agents.ts";
import { headerText } from "./header-text.ts";
import type { HostLimits } from "./host-limits.ts";
import type { HttpRequest } from "./http-request.ts";
import { ForbiddenRedirectError, redirected } from "./redirect.ts";

export interface FollowOptions {
  readonly agents: Agents;
  /** Limits the requests that run at the same time to one host. `@default` no limit */
  readonly hosts?: HostLimits | undefined;
  /** Whether a text contains a secret, which a redirect must not take to another origin. `@default` always false */
  readonly isSecret?: (text: string) => boolean;
  /** Changes the request that follows a redirect. `@default` no change */
  readonly onRedirect?: (next: HttpRequest) => HttpRequest;
}

/**
 * Sends a request and follows the redirects of a GET or HEAD. The guard checks the connection of each hop.
 *
 * @param read reads the final response, including its body
 * @returns the result of `read`, and the URL of the final response
 * @throws {ForbiddenRedirectError} when a redirect leads to a forbidden place, or there are too many redirects
 */
export async function followRedirects<T>(
  request: HttpRequest,
  { agents, hosts, isSecret, onRedirect }: FollowOptions,
  signal: AbortSignal,
  read: (response: IncomingMessage) => Promise<T>,
): Promise<{ readonly read: T; readonly url: string }> {
  let hop = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const ask = () => makeHop(hop);
    const answer = await (hosts === undefined ? ask() : hosts.run(hop.url, signal, ask));
    if ("read" in answer) return { read: answer.read, url: hop.url };
    hop = onRedirect?.(answer.next) ?? answer.next;
  }
  throw new ForbiddenRedirectError(`more than ${MAX_REDIRECTS} redirects`);

  async function makeHop(hop: HttpRequest): Promise<{ next: HttpRequest } | { read: T }> {
    const response = await exchange(hop, agents, signal);
    try {
      const { statusCode = 0, headers } = response;
      const location = headers.location === undefined ? undefined : headerText(headers.location);
      const next = redirected(hop, statusCode, location, isSecret);
      return next === undefined ? { read: await read(response) } : { next };
    } finally {
      // A connection whose response body was not read to the end must not be reused.
      if (!response.readableEnded) response.destroy();
    }
  }
}
