import type { HttpRequest } from "./http-request.ts";
import { RefusalError } from "./refusal.ts";
import { urlProblem } from "./url-problem.ts";

/** A redirect leads where a request must not follow. */
export class ForbiddenRedirectError extends RefusalError {
  override readonly name = "ForbiddenRedirectError";
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Decides where a response sends its request next (RFC 9110 section 15.4). GET and HEAD alone are followed: to
 * repeat anything else elsewhere is its sender's to decide. Another origin is told nothing that the message or a
 * secret said, headers of any name and a body included; they are not found again by a redirect back.
 *
 * @param location the response's Location
 * @param isSecret tells whether a text holds what no other origin may be told
 * @returns `undefined`: the response is the answer
 * @throws {ForbiddenRedirectError} when it leads from https to http, to what is no URL for a request, or, with what
 * is secret in it, to another origin
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
  // As it is written as well: a parsed URL's host is in lower case.
  if (isSecret(location) || isSecret(to.href)) {
    throw new ForbiddenRedirectError(
      "a redirect would tell another origin the secret of the request",
    );
  }
  return { url: to.href, method: request.method, headers: {} };
}
