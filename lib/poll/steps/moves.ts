import type { RecordResult } from "../../batch/record-result.ts";
import type { ErrorDescription } from "../../http/http-request.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { Poll } from "../poll.ts";
import { goOn } from "./again.ts";
import { type Answered, responseOf, type ServerAnswer, urlOf } from "./answered.ts";
import { end } from "./endings.ts";
import { isForbidden, type NamedRequest, namedRequest } from "./named-request.ts";
import { resultBody } from "./next-message.ts";

/** The requests to come, as this answer or an earlier one has named them. */
export interface Moves {
  readonly next: NamedRequest | undefined;
  readonly fetch: NamedRequest | undefined;
  /** Why what the answer names must not be requested. */
  readonly forbidden: { readonly next?: ErrorDescription; readonly fetch?: ErrorDescription };
}

export function movesOf(poll: Poll, answer: ServerAnswer, { named }: Verdict): Moves {
  const before = poll.message.fetch;
  if (named === undefined) return { next: undefined, fetch: before, forbidden: {} };
  const base = urlOf(poll, answer);
  const next = namedRequest("next", named.next, base);
  const fetch = namedRequest("fetch", named.fetch, base) ?? before;
  return {
    next: isForbidden(next) ? undefined : next,
    fetch: isForbidden(fetch) ? undefined : fetch,
    forbidden: {
      ...(isForbidden(next) && { next: next.forbidden }),
      ...(isForbidden(fetch) && { fetch: fetch.forbidden }),
    },
  };
}

/** A poll has succeeded: its result is in the answer, or is asked for at once. */
export function succeeded(
  { poll, now }: Answered,
  answer: ServerAnswer,
  { kind: _, named: _named, ...details }: Verdict & { kind: "success" },
  { fetch, forbidden }: Moves,
): RecordResult {
  const response = responseOf(answer);
  if (forbidden.fetch)
    return end(poll, { status: "failed", error: forbidden.fetch }, now, response);
  if (fetch === undefined) return end(poll, { status: "succeeded", ...details }, now, response);
  return goOn(poll.caps?.minDelaySeconds ?? 0, resultBody(poll.message, fetch));
}

/** A poll has failed. */
export function failed(
  { poll, now }: Answered,
  answer: ServerAnswer,
  { kind: _, named: _named, ...details }: Verdict & { kind: "failure" },
): RecordResult {
  return end(poll, { status: "failed", ...details }, now, responseOf(answer));
}
