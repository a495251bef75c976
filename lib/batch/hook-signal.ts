import type { Context } from "aws-lambda";

/** A hook may use at most this share of the remaining time: later hooks, the response and the log need time too. */
const LARGEST_SHARE = 0.5;

/**
 * A signal that aborts an after-hook's calls in time: if the invocation timed out, SQS would redeliver the whole batch,
 * also the records that were already requeued. `undefined` when the context does not say how much time remains.
 */
export function hookSignal(context: Context | undefined): AbortSignal | undefined {
  const remainingMs = context?.getRemainingTimeInMillis?.();
  if (remainingMs === undefined) return undefined;
  return AbortSignal.timeout(Math.max(0, Math.floor(remainingMs * LARGEST_SHARE)));
}
