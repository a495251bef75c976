import type { HttpRequest } from "./http-request.ts";
import { RefusalError } from "./refusal.ts";
import { urlProblem } from "./url-problem.ts";

/** A redirect leads to a destination that is forbidden for the request. */
export class ForbiddenRedirectError extends RefusalError {
  override readonly name = "ForbiddenRedirectError";
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Decides which request follows a redirect (RFC 9110 section 15.4). Only GET and HEAD are followed: whether any other
 * method may be repeated elsewhere is the sender's decision. A request to another origin carries no headers, no body
 * and no secret; a redirect back does not restore them.
 *
 * @param location the response's Location
 * @param isSecret whether a text contains a secret that no other origin may see
 * @returns the next request, or `undefined` when the response is no redirect to follow
 * @throws {ForbiddenRedirectError} when the Location leads from https to http, is not a valid URL for a request, or
 *   leads to another origin and contains a secret
 */
export function redirected(
  request: HttpRequest,
  status: number,
  location: string | undefined,
  isSecret: (text: string) => boolean = () => false,
): HttpRequest | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const from = new URL(request.url);
  const to = URL.parse(location, from.href);
  const problem = to === null ? "must be a URL" : urlProblem(to.href);
  if (to === null || problem !== undefined) {
    throw new ForbiddenRedirectError(`the redirect's Location ${problem}`);
  }
  if (from.protocol === "https:" && to.protocol !== "https:") {
    throw new ForbiddenRedirectError("a redirect leads from https to http");
  }
  if (to.origin === from.origin) return { ...request, url: to.href };
  // Both spellings are checked: parsing changes the host to lower case.
  if (isSecret(location) || isSecret(to.href)) {
    throw new ForbiddenRedirectError(
      "a redirect would tell another origin the secret of the request",
    );
  }
  return { url: to.href, method: request.method, headers: {} };
}
