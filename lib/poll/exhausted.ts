import type { ErrorDescription } from "../http/http-request.ts";

/** Whether a poll has no retry left: if it is still pending, it ends as exhausted. */
export function isExhausted(retryCount: number, maxRetries: number): boolean {
  return retryCount >= maxRetries;
}

/**
 * The error in the outcome of an exhausted poll.
 *
 * @param cap names the operator's cap that ended it; `undefined`: its own `maxRetries` did
 */
export function exhaustedError(retryCount: number, cap?: string): ErrorDescription {
  const by = cap === undefined ? "" : `: ${cap}`;
  return { name: "RetriesExhausted", message: `still pending after ${retryCount} retries${by}` };
}
