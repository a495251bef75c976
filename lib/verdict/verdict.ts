import type { ErrorDescription } from "../http/http-request.ts";

/** Why a poll did not succeed, and what the API says of it, as `until.error` picked it. */
export interface FailureDescription extends ErrorDescription {
  readonly reason?: unknown;
}

/** What an answer says about the requests to come, as the expressions gave it. */
export interface Named {
  /** Where to poll from now on. */
  readonly next?: unknown;
  /** What to ask for the result. */
  readonly fetch?: unknown;
  /** What to ask to stop the job. */
  readonly abort?: unknown;
}

/** What a response means for its poll. */
export type Verdict = Judgement & { readonly named?: Named };

type Judgement =
  /** `error`: why there is no result. */
  | { readonly kind: "success"; readonly result?: unknown; readonly error?: ErrorDescription }
  /**
   * Not done: asked again after its delay. If this was the last try, the outcome contains `error` (an acceptor could
   * not be evaluated) and `odd`.
   */
  | {
      readonly kind: "pending";
      readonly error?: ErrorDescription;
      readonly odd?: readonly string[];
    }
  /** The server could not answer: asked again, but only `maxErrors` times in a row. */
  | { readonly kind: "transient"; readonly error: FailureDescription }
  /** The shared steps for judging were spent: the next response is judged in a later batch. */
  | { readonly kind: "unjudged"; readonly error: ErrorDescription }
  | { readonly kind: "failure"; readonly result?: unknown; readonly error: FailureDescription };
