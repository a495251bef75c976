import { backoffDelaySeconds } from "../timing/backoff.ts";

/**
 * How long a record that failed stays invisible: seconds that grow with the times it was received, and not the
 * queue's whole visibility timeout.
 *
 * @param receiveCount its ApproximateReceiveCount, 1 at the first failure
 * @param random a number from 0 up to 1
 * @returns whole seconds, at least 1
 */
export function failureDelaySeconds(receiveCount: number, random: () => number): number {
  const failuresBefore = Math.max(0, receiveCount - 1);
  return Math.max(
    1,
    Math.round(backoffDelaySeconds(FIRST_DELAY_SECONDS, BACKOFF, failuresBefore, random)),
  );
}

const FIRST_DELAY_SECONDS = 4;

/** With five receives before the dead-letter queue: up to 4, 8, 16 and 32 s, the upper half of each spread by jitter. */
const BACKOFF = { rate: 2, maxDelaySeconds: 900, jitter: "equal" } as const;
