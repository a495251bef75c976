import http from "node:http";
import https from "node:https";
import { toJson } from "../json.ts";
import { ForbiddenAddressError } from "./address-guard.ts";
import type { Agents } from "./guarded-agents.ts";
import type { ErrorDescription, HttpAnswer, HttpRequest, HttpResponse } from "./http-request.ts";
import { ACCEPTED_ENCODINGS, readBody, UnreadableBodyError } from "./response-body.ts";

export interface SendRequestOptions {
  readonly agents: Agents;
  /** One limit over the request as a whole, its body read included, in ms. */
  readonly timeoutMs: number;
  /** Breaks the request off; its answer is then `aborted`. */
  readonly signal: AbortSignal;
  /** The limit of a response body after decompression. `@default` 1 MiB */
  readonly maxBodyBytes?: number;
}

const MAX_BODY_BYTES = 1_048_576;

/** Makes one HTTP request. Never throws: what went wrong is the answer. */
export async function sendRequest(
  request: HttpRequest,
  options: SendRequestOptions,
): Promise<HttpAnswer> {
  const timeout = new AbortController();
  // One timer over everything: those of sockets start anew with each chunk.
  const timer = setTimeout(() => timeout.abort(), options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout.signal]);
  try {
    return { kind: "response", response: await exchange(request, options, signal) };
  } catch (error) {
    if (options.signal.aborted) return { kind: "aborted" };
    if (timeout.signal.aborted) {
      const message = `no complete response within ${Math.round(options.timeoutMs)} ms`;
      return { kind: "transient", error: { name: "TimeoutError", message } };
    }
    const refused = error instanceof ForbiddenAddressError || error instanceof UnreadableBodyError;
    return { kind: refused ? "refused" : "transient", error: describe(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function exchange(
  request: HttpRequest,
  { agents, maxBodyBytes = MAX_BODY_BYTES }: SendRequestOptions,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const response = await firstResponse(request, agents, signal);
  try {
    return {
      status: response.statusCode ?? 0,
      headers: joined(response.headers),
      body: await readBody(response, maxBodyBytes),
    };
  } finally {
    // A body that was not read to its end must not keep its connection.
    if (!response.readableEnded) response.destroy();
  }
}

/** A kept-alive connection that the server closed meanwhile is found out only by using it: then once more, on a new one. */
async function firstResponse(request: HttpRequest, agents: Agents, signal: AbortSignal) {
  const first = open(request, agents, signal);
  try {
    return await first.response;
  } catch (error) {
    const stale = first.request.reusedSocket && !signal.aborted && isReset(error);
    if (!stale || request.method === "POST" || request.method === "PATCH") throw error;
    return open(request, agents, signal).response;
  }
}

function open(request: HttpRequest, agents: Agents, signal: AbortSignal) {
  const url = new URL(request.url);
  const body = bodyOf(request);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const options = { method: request.method, headers: headersOf(request, body), signal };
  const outgoing =
    url.protocol === "https:"
      ? https.request(url, { ...options, agent: agents.https })
      : http.request(url, { ...options, agent: agents.http });
  // Node says no more than `close` of a connection that ends with an upgrade nobody asked for.
  const onClose = () => reject(new Error("the connection was closed without a response"));
  outgoing.on("response", resolve).on("error", reject).on("close", onClose).end(body);
  return { request: outgoing, response: promise };
}

function headersOf(request: HttpRequest, body: string | undefined): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {
    accept: "*/*",
    "accept-encoding": ACCEPTED_ENCODINGS,
    "user-agent": "request-poller",
  };
  if (body !== undefined) {
    headers["content-type"] =
      typeof request.body === "string" ? "text/plain;charset=UTF-8" : "application/json";
  }
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  if (body !== undefined) headers["content-length"] = Buffer.byteLength(body);
  return headers;
}

function bodyOf({ body }: HttpRequest): string | undefined {
  return body === undefined || typeof body === "string" ? body : toJson(body);
}

function joined(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return result;
}

function isReset(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "ECONNRESET" || error.code === "EPIPE")
  );
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
