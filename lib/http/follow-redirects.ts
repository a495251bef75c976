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
  /** Bounds the requests at once to one host. `@default` no bound */
  readonly hosts?: HostLimits | undefined;
  /** Tells whether a text holds what no redirect may take to another origin. `@default` nothing does */
  readonly isSecret?: (text: string) => boolean;
  /** Makes the request that follows a redirect of the one that it would be. `@default` it is that one */
  readonly onRedirect?: (next: HttpRequest) => HttpRequest;
}

/**
 * Makes a request, and follows where its responses send a GET or HEAD, each hop under the guard of its own connection.
 *
 * @param read reads the response that is the answer, its body included
 * @returns what was read, and the URL that gave it
 * @throws {ForbiddenRedirectError} when a redirect leads where the request must not follow, or one too many does
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
      // A body that was not read to its end must not keep its connection.
      if (!response.readableEnded) response.destroy();
    }
  }
}
