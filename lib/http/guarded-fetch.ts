import type { IncomingMessage } from "node:http";
import * as z from "zod/mini";
import { DEFAULT_TIMEOUT_MS, MAX_RESPONSE_BYTES } from "../limits.ts";
import { messageOf } from "../message-of.ts";
import { checkOptions } from "../options/check-options.ts";
import { createAddressGuard, type PortRange } from "./address-guard.ts";
import { followRedirects } from "./follow-redirects.ts";
import { FORBIDDEN_HEADERS } from "./forbidden-headers.ts";
import { createGuardedAgents } from "./guarded-agents.ts";
import { type HttpRequest, METHODS } from "./http-request.ts";
import { RefusalError } from "./refusal.ts";
import { readBytes } from "./response-body.ts";
import { urlProblem } from "./url-problem.ts";

const name = "createGuardedFetch";

/** Options of {@link createGuardedFetch}. */
export interface GuardedFetchOptions {
  /** When not empty, only these hosts are allowed: exact names, or `*.example.com` for all subdomains of a name. */
  readonly allowHosts?: readonly string[];
  /** These hosts are forbidden. Wins over `allowHosts`. */
  readonly denyHosts?: readonly string[];
  /** Allows requests to private and loopback addresses. `@default` false */
  readonly allowPrivate?: boolean;
  /** The allowed ports, as ranges `[first, last]`. `@default` 80, 443, and 1024 and above */
  readonly allowPorts?: readonly PortRange[];
  /** Limits the whole request, including redirects and reading the body, in ms. `@default` 10000 */
  readonly timeoutMs?: number;
  /** The largest response body after decompression, in bytes. `@default` 1 MiB */
  readonly maxBodyBytes?: number;
}

/** Like the platform's `fetch`, but the guard checks where it goes. */
export type GuardedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

const hostsOption = z.optional(z.array(z.string("must be a host"), "must be a list of hosts"));
const positive = (unit: string) =>
  z.optional(z.int(`must be ${unit}`).check(z.gte(1, `must be ${unit}`)));
const port = z
  .int("must be a port")
  .check(z.gte(1, "must be a port"), z.lte(65_535, "must be a port"));

const optionSchema = z.strictObject({
  allowHosts: hostsOption,
  denyHosts: hostsOption,
  allowPrivate: z.optional(z.boolean("must be true or false")),
  allowPorts: z.optional(
    z.array(z.tuple([port, port], "must be a range [first, last]"), "must be a list of ranges"),
  ),
  timeoutMs: positive("a whole number of ms, 1 or more"),
  maxBodyBytes: positive("a whole number of bytes, 1 or more"),
});

const defaults = { timeoutMs: DEFAULT_TIMEOUT_MS, maxBodyBytes: MAX_RESPONSE_BYTES };

/**
 * Makes a `fetch` for URLs that others chose, with the same guard as the poller's own requests. By default it reaches
 * public addresses only. It follows the redirects of GET and HEAD under the same guard, sends no headers of the request
 * to another origin, and limits time, headers and body. When it resolves, the body has been read.
 *
 * It rejects with a `ForbiddenAddressError` or `ForbiddenRedirectError` when the guard refuses, with the signal's
 * reason when aborted, with a `TimeoutError`, and, as `fetch` does, with a TypeError when the network fails.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * const fetchGuarded = createGuardedFetch({ allowHosts: ["*.example.com"] });
 * const response = await fetchGuarded(url, { signal });
 */
export function createGuardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const checked = { ...defaults, ...checkOptions(name, optionSchema, options) };
  const { timeoutMs, maxBodyBytes, ...guard } = checked;
  const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
  const agents = createGuardedAgents(createAddressGuard({ ...guard, runtimeApi }));

  return async (input, init) => {
    const asked = new Request(input, init);
    const request = await requestOf(asked);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([asked.signal, timeout]);
    try {
      const { read, url } = await followRedirects(request, { agents }, signal, (response) =>
        readResponse(response, maxBodyBytes),
      );
      return Object.defineProperties(read, {
        url: { value: url },
        redirected: { value: url !== request.url },
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RefusalError) throw error;
      throw new TypeError(`fetch failed: ${messageOf(error)}`, { cause: error });
    }
  };
}

/** @throws {TypeError} when the guarded `fetch` does not support the request */
async function requestOf(asked: Request): Promise<HttpRequest> {
  const { url, headers } = asked;
  const problem = urlProblem(url);
  if (problem !== undefined) throw new TypeError(`${name}: the URL ${problem}`);
  const method = METHODS.find((each) => each === asked.method);
  if (method === undefined)
    throw new TypeError(`${name}: method must be one of ${METHODS.join(", ")}`);
  if (asked.redirect !== "follow") throw new TypeError(`${name}: redirect must be "follow"`);
  const forbidden = [...headers.keys()].find((header) => FORBIDDEN_HEADERS.has(header));
  if (forbidden !== undefined) {
    throw new TypeError(`${name}: the header ${forbidden} belongs to the connection`);
  }
  const body = asked.body === null ? {} : { body: Buffer.from(await asked.arrayBuffer()) };
  return { url, method, headers: Object.fromEntries(headers), ...body };
}

/** Statuses without a body: a Response cannot be made with one (Fetch standard, null body status). */
const NULL_BODY = new Set([204, 205, 304]);

async function readResponse(response: IncomingMessage, maxBytes: number): Promise<Response> {
  const { statusCode: status = 0, statusMessage: statusText = "", rawHeaders } = response;
  const bytes = await readBytes(response, maxBytes);
  const headers = new Headers();
  for (let n = 0; n + 1 < rawHeaders.length; n += 2) {
    headers.append(rawHeaders[n] ?? "", rawHeaders[n + 1] ?? "");
  }
  const body = NULL_BODY.has(status) ? null : new Uint8Array(bytes);
  return new Response(body, { status, statusText, headers });
}
