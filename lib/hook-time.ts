import type { Context } from "aws-lambda";

/** A hook leaves this much of the function's time for what comes after it, in ms; of little time, this share. */
const LEAVE_MS = 500;
const LARGEST_SHARE_TO_LEAVE = 0.2;

/**
 * A signal that breaks off an after-hook's calls in time: a batch that times out as a whole would be redelivered
 * whole, with what was already requeued. `undefined` where the context does not say how much time is left.
 */
export function hookSignal(context: Context | undefined): AbortSignal | undefined {
  const remainingMs = context?.getRemainingTimeInMillis?.();
  if (remainingMs === undefined) return undefined;
  const leaveMs = Math.min(LEAVE_MS, remainingMs * LARGEST_SHARE_TO_LEAVE);
  return AbortSignal.timeout(Math.max(0, Math.floor(remainingMs - leaveMs)));
}
