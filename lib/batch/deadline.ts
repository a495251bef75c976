import type { Context } from "aws-lambda";
import { MAX_INVOCATION_MS } from "../limits.ts";

/** How much time an invocation has left for its records. */
export interface Deadline {
  /** What the records of this batch had together when it began, in ms: the function's timeout less the reserve. */
  readonly budgetMs: number;
  /** What is left of it, in ms; 0 when none is. */
  remainingMs(): number;
}

/** The after-hooks' share of an invocation, in ms: time to requeue, deliver and dead-letter with the SDK's retries. */
const RESERVE_MS = 10_000;

/** A function with a short timeout keeps most of it for its records. */
const LARGEST_RESERVE_SHARE = 0.25;

/**
 * The part of a fresh budget that a request gets at most: more would never be free again once a batch has begun, and
 * its own timeout has to come before the batch's end, which would only hold it, time and again.
 */
const LARGEST_REQUEST_SHARE = 0.9;

/**
 * Makes the deadline of one invocation.
 *
 * @param functionRemainingMs what the function has left now, as Lambda's context says
 * @param now the clock, in epoch ms
 */
export function deadlineOf(functionRemainingMs: number, now: () => number): Deadline {
  const reserveMs = Math.min(RESERVE_MS, functionRemainingMs * LARGEST_RESERVE_SHARE);
  const budgetMs = Math.max(0, functionRemainingMs - reserveMs);
  const endsAt = now() + budgetMs;
  return { budgetMs, remainingMs: () => Math.max(0, endsAt - now()) };
}

/**
 * How long a request may take, in ms; `undefined` when it cannot finish in time and its record is held.
 * One that would not fit even a fresh invocation gets what fits one, and then has timed out: none is held for ever.
 */
export function timeForRequest(timeoutMs: number, deadline: Deadline): number | undefined {
  const remainingMs = deadline.remainingMs();
  const neededMs = Math.min(timeoutMs, deadline.budgetMs * LARGEST_REQUEST_SHARE);
  return remainingMs <= 0 || remainingMs < neededMs ? undefined : neededMs;
}

/**
 * What the function itself has left, in ms. Outside Lambda, in a test of a composer's own say, there may be no
 * context: nothing then ends the batch early.
 */
export function functionRemainingMs(context: Context | undefined): number {
  return context?.getRemainingTimeInMillis?.() ?? MAX_INVOCATION_MS;
}
