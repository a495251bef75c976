import type { Context } from "aws-lambda";

/** A hook takes at most this share of what is left: the hooks after it, the response and its log need time too. */
const LARGEST_SHARE = 0.5;

/**
 * A signal that breaks off an after-hook's calls in time: a batch that times out as a whole would be redelivered
 * whole, with what was already requeued. `undefined` where the context does not say how much time is left.
 */
export function hookSignal(context: Context | undefined): AbortSignal | undefined {
  const remainingMs = context?.getRemainingTimeInMillis?.();
  if (remainingMs === undefined) return undefined;
  return AbortSignal.timeout(Math.max(0, Math.floor(remainingMs * LARGEST_SHARE)));
}
