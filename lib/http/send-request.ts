import type http from "node:http";
import { exchange } from "./exchange.ts";
import type { Agents } from "./guarded-agents.ts";
import type { ErrorDescription, HttpAnswer, HttpRequest, HttpResponse } from "./http-request.ts";
import { ForbiddenRedirectError, MAX_REDIRECTS, redirected } from "./redirect.ts";
import { RefusalError } from "./refusal.ts";
import { readBody } from "./response-body.ts";

export interface SendRequestOptions {
  readonly agents: Agents;
  /** One limit over the request as a whole, its redirects and its body read included, in ms. */
  readonly timeoutMs: number;
  /** Breaks the request off; its answer is then `aborted`. */
  readonly signal: AbortSignal;
  /** The limit of a response body after decompression. `@default` 1 MiB */
  readonly maxBodyBytes?: number;
  /** Tells whether a text holds what no redirect may take to another origin. `@default` nothing does */
  readonly isSecret?: (text: string) => boolean;
  /** Makes the request that follows a redirect of the one that it would be. `@default` it is that one */
  readonly onRedirect?: (next: HttpRequest) => HttpRequest;
}

const MAX_BODY_BYTES = 1_048_576;

/**
 * Makes one HTTP request, and follows where its responses send a GET or HEAD, each hop under the guard of its own
 * connection. Never throws: what went wrong is the answer.
 */
export async function sendRequest(
  request: HttpRequest,
  options: SendRequestOptions,
): Promise<HttpAnswer> {
  const timeout = new AbortController();
  // One timer over everything: those of sockets start anew with each chunk.
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout.signal]);
  try {
    return await follow(request, options, signal);
  } catch (error) {
    // First: of a busy process both timers can be late, and a request that is only broken off uses no retry.
    if (timeout.signal.aborted) {
      const message = `no complete response within ${Math.round(options.timeoutMs)} ms`;
      return { kind: "transient", error: { name: "TimeoutError", message } };
    }
    if (options.signal.aborted) return { kind: "aborted" };
    const kind = error instanceof RefusalError ? "refused" : "transient";
    return { kind, error: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function follow(
  request: HttpRequest,
  options: SendRequestOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let hop = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await exchange(hop, options.agents, signal);
    try {
      const { statusCode = 0, headers } = response;
      const next = redirected(hop, statusCode, headers.location, options.isSecret);
      if (next === undefined) {
        const read = await readResponse(response, options.maxBodyBytes ?? MAX_BODY_BYTES);
        const redirectedTo = redirects > 0 ? { redirectedTo: hop.url } : {};
        return { kind: "response", response: read, ...redirectedTo };
      }
      hop = options.onRedirect?.(next) ?? next;
    } finally {
      // A body that was not read to its end must not keep its connection.
      if (!response.readableEnded) response.destroy();
    }
  }
  throw new ForbiddenRedirectError(`more than ${MAX_REDIRECTS} redirects`);
}

async function readResponse(
  response: http.IncomingMessage,
  maxBodyBytes: number,
): Promise<HttpResponse> {
  return {
    status: response.statusCode ?? 0,
    headers: joined(response.headers),
    body: await readBody(response, maxBodyBytes),
  };
}

function joined(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}

function describe(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { name: "Error", message: String(error) };
  // Several addresses were tried: Node's AggregateError has no message of its own.
  const message =
    error instanceof AggregateError ? error.errors.map(messageOf).join("; ") : error.message;
  return {
    name: error.name,
    message: message || ("code" in error ? String(error.code) : "failed"),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
