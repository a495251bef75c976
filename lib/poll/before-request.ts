import { type Held, held, type RecordResult } from "../batch/record-result.ts";
import type { Poll } from "./poll.ts";
import { end, expired } from "./steps/endings.ts";

/**
 * Ends a poll that has expired, without a request. `undefined`: it has not expired. A poll that has succeeded and only
 * fetches its result does not expire.
 */
export function expiredBeforeRequest(poll: Poll, now: number): RecordResult | undefined {
  const expiresAt = expiryOf(poll);
  return expiresAt !== undefined && now >= expiresAt ? end(poll, expired(poll), now) : undefined;
}

/**
 * Holds a poll whose host asked for a pause, until the pause ends or the poll expires, whichever comes first.
 * `undefined`: the request may be sent now.
 *
 * @param pausedUntil in epoch ms; `undefined`: no pause
 */
export function holdWhilePaused(
  poll: Poll,
  pausedUntil: number | undefined,
  now: number,
): Held | undefined {
  if (pausedUntil === undefined) return undefined;
  const until = Math.min(pausedUntil, expiryOf(poll) ?? pausedUntil);
  const delaySeconds = Math.max(0, until - now) / 1000;
  return { ...held({ delaySeconds }), waitReason: "host-pause" };
}

function expiryOf({ message: { step, expiresAt } }: Poll): number | undefined {
  return step === "result" ? undefined : expiresAt;
}
