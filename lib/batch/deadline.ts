import type { Context } from "aws-lambda";
import { MAX_INVOCATION_MS } from "../limits.ts";

/** How much time an invocation has left for its records. */
export interface Deadline {
  /** The time for the records of this batch when it began, in ms: the function's timeout minus the reserve. */
  readonly budgetMs: number;
  /** The remaining time, in ms; at least 0. */
  remainingMs(): number;
}

/** The time reserved for the after-hooks, in ms: to requeue, deliver and dead-letter, with the SDK's retries. */
const RESERVE_MS = 10_000;

/** The reserve is at most this share, so that a function with a short timeout keeps most of it for its records. */
const LARGEST_RESERVE_SHARE = 0.25;

/**
 * The largest share of a full budget that a request may need. With more, the remaining time of a running batch would
 * never be enough, and the batch would end before the request's own timeout, so the record would be held for ever.
 */
const LARGEST_REQUEST_SHARE = 0.9;

/**
 * Makes the deadline of one invocation.
 *
 * @param functionRemainingMs the function's remaining time now, from Lambda's context
 * @param now the clock, in epoch ms
 */
export function deadlineOf(functionRemainingMs: number, now: () => number): Deadline {
  const reserveMs = Math.min(RESERVE_MS, functionRemainingMs * LARGEST_RESERVE_SHARE);
  const budgetMs = Math.max(0, functionRemainingMs - reserveMs);
  const endsAt = now() + budgetMs;
  return { budgetMs, remainingMs: () => Math.max(0, endsAt - now()) };
}

/**
 * How long a request may take, in ms; `undefined` when it cannot finish in time, so that its record must be held.
 * A request that needs more than a new invocation has gets the time that fits, and may time out: it is not held for
 * ever.
 */
export function timeForRequest(timeoutMs: number, deadline: Deadline): number | undefined {
  const remainingMs = deadline.remainingMs();
  const neededMs = Math.min(timeoutMs, deadline.budgetMs * LARGEST_REQUEST_SHARE);
  return remainingMs <= 0 || remainingMs < neededMs ? undefined : neededMs;
}

/**
 * The function's remaining time, in ms. Outside Lambda, for example in a test, there may be no context: then nothing
 * ends the batch early.
 */
export function functionRemainingMs(context: Context | undefined): number {
  return context?.getRemainingTimeInMillis?.() ?? MAX_INVOCATION_MS;
}
