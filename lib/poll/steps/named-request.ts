import { type ErrorDescription, METHODS } from "../../http/http-request.ts";
import { urlProblem } from "../../http/url-problem.ts";
import { isJsonObject, toJson } from "../../json/json.ts";
import { MAX_NAMED_REQUEST_BYTES, MAX_NAMED_URL_BYTES } from "../../limits.ts";

/** A request that a server has named: where to poll, or what to ask for the result. */
export type NamedRequest = {
  readonly url: string;
  /** `@default` GET, or for an abort that of the message's `abort` */
  readonly method?: (typeof METHODS)[number] | undefined;
  readonly body?: unknown;
};

/** What an expression gave cannot be requested. */
export interface Forbidden {
  readonly forbidden: ErrorDescription;
}

/** How deep a named body may nest: a message with it must not nest too deep for the parser. */
const MAX_BODY_DEPTH = 32;

/**
 * Reads what `until.next`, `until.fetch` or `until.abort` gave: a URL reference (RFC 3986 section 4.1) or `{ url, method?, body? }`.
 * It comes from a server, so it is not trusted: it must be http or https without user name and password, of at most 4
 * KiB, and not lead from https to http.
 *
 * @param field the expression's field in the message
 * @param value what it gave; `undefined`: it named nothing
 * @param base the URL of the answer, after redirects (RFC 3986 section 5.1.3)
 */
export function namedRequest(
  field: "next" | "fetch" | "abort",
  value: unknown,
  base: string,
): NamedRequest | Forbidden | undefined {
  if (value === undefined) return undefined;
  const forbidden = (problem: string): Forbidden => ({
    forbidden: { name: "ForbiddenNextError", message: `until.${field} ${problem}` },
  });
  const { url: reference, ...more } = isJsonObject(value) ? value : { url: value };
  if (typeof reference !== "string") {
    return forbidden("must give a URL reference, or { url, method, body } with one");
  }
  const url = URL.parse(reference, base);
  const problem = url === null ? "must be a URL reference" : urlProblem(url.href);
  if (url === null || problem !== undefined) return forbidden(`gave what ${problem}`);
  if (url.protocol === "http:" && new URL(base).protocol === "https:") {
    return forbidden("leads from https to http");
  }
  url.hash = "";
  if (Buffer.byteLength(url.href) > MAX_NAMED_URL_BYTES) {
    return forbidden(`gave a URL of more than ${MAX_NAMED_URL_BYTES} bytes`);
  }
  const method = more.method ?? "GET";
  const known = METHODS.find((each) => each === method);
  if (known === undefined) return forbidden(`must give one of ${METHODS.join(", ")} as method`);
  const isDefault =
    known === "GET" && (field !== "abort" || (more.method ?? undefined) === undefined);
  const request = {
    url: url.href,
    ...(isDefault ? {} : { method: known }),
    ...((more.body ?? null) === null ? {} : { body: more.body }),
  };
  if (depthOf(request.body, MAX_BODY_DEPTH) > MAX_BODY_DEPTH) {
    return forbidden(`gave a body that nests deeper than ${MAX_BODY_DEPTH} levels`);
  }
  return Buffer.byteLength(toJson(request)) > MAX_NAMED_REQUEST_BYTES
    ? forbidden(`gave a request of more than ${MAX_NAMED_REQUEST_BYTES} bytes`)
    : request;
}

export function isForbidden(named: NamedRequest | Forbidden | undefined): named is Forbidden {
  return named !== undefined && "forbidden" in named;
}

/** How deep a value nests, counted up to one level more than `most`. */
function depthOf(value: unknown, most: number): number {
  if (typeof value !== "object" || value === null || most < 0) return 0;
  const members = Object.values(value).map((member) => depthOf(member, most - 1));
  return 1 + Math.max(0, ...members);
}
