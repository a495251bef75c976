import type { ErrorDescription } from "../../http/http-request.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import type { Poll } from "../poll.ts";
import { type ServerAnswer, urlOf } from "./answered.ts";
import { isForbidden, type NamedRequest, namedRequest } from "./named-request.ts";

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
