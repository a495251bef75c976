import type { JsonObject } from "../json/json.ts";
import type { ParsedPollMessage } from "./message/parse.ts";
import { target } from "./message/request-schema.ts";
import { type RequestToSend, toldTo } from "./request-to-send.ts";
import type { NamedRequest } from "./steps/named-request.ts";
import { headersFor } from "./steps/next-message.ts";

/** Whether a message says how its job is stopped, now or when a server has named it. */
export function hasAbort({ abort, until }: ParsedPollMessage): boolean {
  return abort !== undefined || (until !== "http" && until.abort !== undefined);
}

/** What a server has named to stop the job, as it stands in the body of the poll's next message. */
export function abortAtIn(body: JsonObject | undefined): NamedRequest | undefined {
  return target.safeParse(body?.abortAt).data;
}

/**
 * The request that stops the job of a poll. What a server has named counts before the URL in the message, and is told
 * the message's headers, body and secret as any URL that a server names. It has the headers of `abort`, or without one
 * those of the poll's own request.
 *
 * @returns `undefined` when no such request is known, or the job is over and only its result is still to be fetched
 */
export function abortRequest(message: ParsedPollMessage): RequestToSend | undefined {
  const { abort, abortAt, step } = message;
  if (step === "result") return undefined;
  const told = abortAt ? toldNamed(message, abortAt) : toldOwn(abort);
  if (told === undefined || abort?.idempotent) return told;
  return { ...told, request: { ...told.request, isSentOnce: true } };
}

function toldOwn(abort: ParsedPollMessage["abort"]): RequestToSend | undefined {
  if (abort?.url === undefined) return undefined;
  const { idempotent: _, url, ...request } = abort;
  return { request: { ...request, url }, outOfScope: "refuse" };
}

function toldNamed({ abort, request, origin }: ParsedPollMessage, named: NamedRequest) {
  const { headers, body: _body, ...said } = abort ?? request;
  const body = named.body ?? abort?.body;
  const isOwnBody = abort !== undefined && named.body === undefined;
  const sendersUrl = abort?.url ?? request.url;
  const ownOrigin = abort?.url === undefined ? origin : undefined;
  const { timeoutMs, origins, auth } = said;
  return toldTo(ownOrigin ?? new URL(sendersUrl).origin, {
    url: named.url,
    method: named.method ?? abort?.method ?? "POST",
    headers: isOwnBody ? headers : headersFor(body, headers),
    timeoutMs,
    origins,
    ...(auth === undefined ? {} : { auth }),
    ...(body === undefined ? {} : { body }),
  });
}
