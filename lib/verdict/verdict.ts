import type { ErrorDescription } from "../http/http-request.ts";

/** What a response means for its poll. */
export type Verdict =
  /** `error` says why there is no result. */
  | { readonly kind: "success"; readonly result?: unknown; readonly error?: ErrorDescription }
  /**
   * Not done: asked again after its delay. What its outcome says if this was the last time: `error`, where an acceptor
   * could not be evaluated, and what was `odd`.
   */
  | {
      readonly kind: "pending";
      readonly error?: ErrorDescription;
      readonly odd?: readonly string[];
    }
  /** The server did not manage to answer: asked again, but only so many times in a row. */
  | { readonly kind: "transient"; readonly error: ErrorDescription }
  /** The steps for judging it were spent by others: the same response can be judged another time. */
  | { readonly kind: "unjudged"; readonly error: ErrorDescription }
  | { readonly kind: "failure"; readonly result?: unknown; readonly error: ErrorDescription };
