import type { ErrorDescription } from "../http/http-request.ts";

/** What a response means for its poll. */
export type Verdict =
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
  | { readonly kind: "transient"; readonly error: ErrorDescription }
  /** The shared steps for judging were spent: the next response is judged in a later batch. */
  | { readonly kind: "unjudged"; readonly error: ErrorDescription }
  | { readonly kind: "failure"; readonly result?: unknown; readonly error: ErrorDescription };
