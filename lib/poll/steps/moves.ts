import type { ErrorDescription } from "../../http/http-request.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { Poll } from "../poll.ts";
import { type ServerAnswer, urlOf } from "./answered.ts";
import { isForbidden, type NamedRequest, namedRequest } from "./named-request.ts";

/** The requests to come, as this answer or an earlier one has named them. */
export interface Moves {
  readonly next: NamedRequest | undefined;
  readonly fetch: NamedRequest | undefined;
  /** What is no permissible request is left out: a job that cannot be stopped must still be waited for. */
  readonly abort: NamedRequest | undefined;
  /** Why what the answer names must not be requested. */
  readonly forbidden: { readonly next?: ErrorDescription; readonly fetch?: ErrorDescription };
}

export function movesOf(poll: Poll, answer: ServerAnswer, { named }: Verdict): Moves {
  const before = poll.message;
  if (named === undefined) {
    return { next: undefined, fetch: before.fetch, abort: before.abortAt, forbidden: {} };
  }
  const base = urlOf(poll, answer);
  const next = namedRequest("next", named.next, base);
  const fetch = namedRequest("fetch", named.fetch, base) ?? before.fetch;
  const abort = namedRequest("abort", named.abort, base) ?? before.abortAt;
  return {
    next: isForbidden(next) ? undefined : next,
    fetch: isForbidden(fetch) ? undefined : fetch,
    abort: isForbidden(abort) ? before.abortAt : abort,
    forbidden: {
      ...(isForbidden(next) && { next: next.forbidden }),
      ...(isForbidden(fetch) && { fetch: fetch.forbidden }),
    },
  };
}
