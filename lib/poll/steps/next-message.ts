import { isJsonObject, type JsonObject } from "../../json/json.ts";
import type { ParsedPollMessage } from "../message/parse.ts";
import type { NamedRequest } from "./named-request.ts";

/** The headers of a request that describe its body (RFC 9110 section 8). */
const CONTENT_HEADERS = /^content-(?:type|encoding|language|location)$/i;

/**
 * The body of a poll's next message.
 *
 * @param next where to poll from now on; `undefined`: as before
 * @param fetch what to ask for the result; `undefined`: as before
 */
export function pollBody(
  message: ParsedPollMessage,
  next: NamedRequest | undefined,
  fetch: NamedRequest | undefined,
): JsonObject {
  const isMoved = next !== undefined && !isSameRequest(message, next);
  if (message.step === "poll" && !isMoved) {
    return fetch === undefined ? message.body : { ...message.body, fetch };
  }
  const { start: _, ...body } = message.body;
  return {
    ...body,
    ...(isMoved ? named(message, next) : { request: ownRequest(message) }),
    ...(fetch && { fetch }),
  };
}

/** The body of the message that asks for the result of a poll that has succeeded. */
export function resultBody(message: ParsedPollMessage, fetch: NamedRequest): JsonObject {
  const { start: _start, fetch: _fetch, ...body } = message.body;
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

/** A text is sent as the type that the sender's body had; any other body as JSON; none without a type. */
function headersFor(body: unknown, headers: JsonObject): JsonObject {
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
