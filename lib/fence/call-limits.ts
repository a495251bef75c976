import pLimit, { type LimitFunction } from "p-limit";

/** Runs a call to the table when it has a place. */
export type RunCall = <T>(signal: AbortSignal | undefined, call: () => Promise<T>) => Promise<T>;

/**
 * How many calls to the table are under way at once. The SDK's timers run while a call waits for a socket or for the
 * CPU, so a batch of a thousand that calls at once fails its own calls. Fewer calls take no longer in all: each costs
 * about a millisecond of CPU, which hides a latency of ten times that.
 */
const CALLS_AT_ONCE = 32;

/**
 * Bounds the calls of one batch, or of one hook of it, which are those that share a signal: a call that is never
 * answered takes no place from another batch.
 */
export function createCallLimits(): RunCall {
  const limits = new WeakMap<AbortSignal, LimitFunction>();
  const withoutSignal = pLimit(CALLS_AT_ONCE);
  const limitOf = (signal: AbortSignal): LimitFunction => {
    const limit = limits.get(signal) ?? pLimit(CALLS_AT_ONCE);
    limits.set(signal, limit);
    return limit;
  };
  return (signal, call) => (signal === undefined ? withoutSignal : limitOf(signal))(call);
}
