import { isJsonObject, type JsonObject } from "../../json/json.ts";
import type { ParsedPollMessage } from "../message/parse.ts";
import type { Moves } from "./moves.ts";
import type { NamedRequest } from "./named-request.ts";

/** The headers of a request that describe its body (RFC 9110 section 8). */
const CONTENT_HEADERS = /^content-(?:type|encoding|language|location)$/i;

/** The body of a poll's next message. What no answer has named stays as before. */
export function pollBody(
  message: ParsedPollMessage,
  { next, fetch, abort }: Pick<Moves, "next" | "fetch" | "abort">,
): JsonObject {
  const isMoved = next !== undefined && !isSameRequest(message, next);
  if (message.step === "poll" && !isMoved) {
    if (fetch === undefined && abort === undefined) return message.body;
    return { ...message.body, ...(fetch && { fetch }), ...(abort && { abortAt: abort }) };
  }
  const { start: _, ...body } = message.body;
  return {
    ...body,
    ...(isMoved ? named(message, next) : { request: ownRequest(message) }),
    ...(fetch && { fetch }),
    ...(abort && { abortAt: abort }),
  };
}

/** The body of the message that asks for the result of a poll that has succeeded. Its job is over. */
export function resultBody(message: ParsedPollMessage, fetch: NamedRequest): JsonObject {
  const { start: _start, fetch: _fetch, abort: _abort, abortAt: _abortAt, ...body } = message.body;
  return { ...body, ...named(message, fetch), step: "result" };
}

/** A poll that is named where it already is keeps its method and body. */
function isSameRequest({ step, request }: ParsedPollMessage, next: NamedRequest): boolean {
  if (step === "start" || next.method !== undefined || next.body !== undefined) return false;
  return URL.parse(request.url)?.href === next.url;
}

function named(message: ParsedPollMessage, { url, method, body }: NamedRequest): JsonObject {
  const { headers, ...carried } = ownRequest(message);
  const { body: _body, method: _method, ...rest } = carried;
  return {
    request: {
      ...rest,
      url,
      ...(method && { method }),
      ...(isJsonObject(headers) && { headers: headersFor(body, headers) }),
      ...(body === undefined ? {} : { body }),
    },
    origin: message.origin ?? new URL(message.request.url).origin,
  };
}

/**
 * The sender's headers for a body that a server has named: a text is sent as the type that the sender's body had, any
 * other body as JSON, none without a type.
 */
export function headersFor<Value>(
  body: unknown,
  headers: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value>> {
  if (typeof body === "string") return headers;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !CONTENT_HEADERS.test(name)),
  );
}

/** The request as the message says it, a start's as a poll's. */
function ownRequest({ step, body, request: { method } }: ParsedPollMessage): JsonObject {
  const { start, request } = body;
  const said = step === "start" ? start : request;
  if (!isJsonObject(said)) return {};
  const { idempotent: _, ...own } = said;
  return step === "start" ? { ...own, method } : own;
}
