import pLimit, { type LimitFunction } from "p-limit";
import { connectionsWithin } from "../descriptors.ts";

/** Runs a call to the table as soon as a place is free. */
export type RunCall = <T>(signal: AbortSignal | undefined, call: () => Promise<T>) => Promise<T>;

/**
 * How many calls to the table run at the same time. The SDK's timers also run while a call waits for a socket or the
 * CPU, so a thousand calls at once would time out. The limit does not make a batch slower: each call costs about 1 ms
 * of CPU, so 32 calls keep the CPU busy during a latency of 10 ms.
 */
const CALLS_AT_ONCE = connectionsWithin(32);

/**
 * Limits the calls that share a signal, which are those of one batch or of one hook: a call without an answer takes no
 * place from another batch.
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
