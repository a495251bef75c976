import http from "node:http";
import https from "node:https";
import { MAX_HEADER_BYTES, MAX_HEADERS } from "../limits.ts";
import { ACCEPTED_ENCODINGS } from "./content-coding.ts";
import type { Agents, ConnectionUse } from "./guarded-agents.ts";
import { type HttpRequest, sentBody, sentType } from "./http-request.ts";
import { RefusalError } from "./refusal.ts";
import { refuseTinyPieces } from "./response-body.ts";

/** The response has more headers than MAX_HEADERS or MAX_HEADER_BYTES allows. */
class TooManyHeadersError extends RefusalError {
  override readonly name = "TooManyHeadersError";
}

/** A server sends a few 103 Early Hints or 102 Processing responses; a flood of them would block other requests. */
const MAX_INFORMATIONAL_RESPONSES = 32;

/** Idempotent methods: the request may be repeated automatically after a failure (RFC 9110 section 9.2.2). */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "PUT", "DELETE"]);

/**
 * Sends one request on one connection, without following redirects.
 *
 * A request with a body gets its own connection: a server that does not read the body could take the body for the next
 * request on that connection, and that request may belong to another sender.
 *
 * Whether the server has closed a kept connection is known only after using it; the request is then sent once more, on
 * a new connection. A POST or PATCH is not sent again, because the server may have received it. It therefore uses a
 * kept connection only when that connection became free a moment ago.
 *
 * @returns the response; its body is not read yet
 * @throws {TooManyHeadersError} when it has more than 256 headers, or more than 16 KiB of headers
 */
export async function exchange(
  request: HttpRequest,
  agents: Agents,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const body = sentBody(request);
  const isIdempotent = IDEMPOTENT.has(request.method) && request.isSentOnce !== true;
  const use = body?.length ? "single" : isIdempotent ? "shared" : "fresh";
  const first = open(request, body, agents, use, signal);
  try {
    return await first.response;
  } catch (error) {
    const isStale = first.request.reusedSocket && !signal.aborted && isReset(error);
    if (!isStale || !isIdempotent) throw error;
    return open(request, body, agents, "single", signal).response;
  }
}

function open(
  request: HttpRequest,
  body: string | Uint8Array | undefined,
  agents: Agents,
  use: ConnectionUse,
  signal: AbortSignal,
) {
  signal.throwIfAborted();
  const url = new URL(request.url);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const scheme = url.protocol === "https:" ? https : http;
  const outgoing = scheme.request({
    ...placeOf(url),
    method: request.method,
    headers: headersOf(request, body),
    maxHeaderSize: MAX_HEADER_BYTES,
    agent: agents.agentFor(url, use),
  });

  // Node's own option `signal` watches the end of the stream too, which costs as much as the request's headers.
  signal.addEventListener("abort", () => outgoing.destroy(new Error("the request was aborted")), {
    once: true,
  });
  let isAnswered = false;
  let informational = 0;
  outgoing
    .on("information", () => {
      if (++informational > MAX_INFORMATIONAL_RESPONSES) {
        outgoing.destroy(new Error(`more than ${MAX_INFORMATIONAL_RESPONSES} 1xx responses`));
      }
    })
    .on("response", (response: http.IncomingMessage) => {
      isAnswered = true;
      refuseTinyPieces(response);
      if (response.rawHeaders.length <= 2 * MAX_HEADERS) return resolve(response);
      response.destroy();
      reject(new TooManyHeadersError(`the response has more than ${MAX_HEADERS} headers`));
    })
    .on("error", (error) => reject(isHeaderOverflow(error) ? tooManyHeaderBytes() : error))
    // When a connection ends with an upgrade that was not requested, Node emits only `close`.
    .on("close", () => {
      if (!isAnswered) reject(new Error("the connection was closed without a response"));
    })
    .end(body);
  return { request: outgoing, response: promise };
}

/** The parts of a URL that a request needs. When Node gets the URL itself, it copies all parts twice. */
function placeOf({ hostname, port, pathname, search }: URL): http.RequestOptions {
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: port && Number(port), path: `${pathname}${search}` };
}

function headersOf(
  request: HttpRequest,
  body: string | Uint8Array | undefined,
): http.OutgoingHttpHeaders {
  const headers: http.OutgoingHttpHeaders = {
    accept: "*/*",
    "accept-encoding": ACCEPTED_ENCODINGS,
    "user-agent": "request-poller",
  };
  const type = sentType(request);
  if (type !== undefined) headers["content-type"] = type;
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  if (body !== undefined) headers["content-length"] = Buffer.byteLength(body);
  return headers;
}

function tooManyHeaderBytes(): TooManyHeadersError {
  return new TooManyHeadersError(`the response has more than ${MAX_HEADER_BYTES} bytes of headers`);
}

function isHeaderOverflow(error: unknown): boolean {
  return codeOf(error) === "HPE_HEADER_OVERFLOW";
}

function isReset(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ECONNRESET" || code === "EPIPE";
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
