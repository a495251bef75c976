/**
 * How long a failed record stays invisible: seconds at first, then longer after each receive. Five receives, after
 * which the queue's redrive policy moves the record, span an outage of an hour.
 *
 * @param receiveCount its ApproximateReceiveCount, 1 at the first failure
 * @param random a number from 0 up to 1
 * @returns whole seconds, at least 1
 */
export function failureDelaySeconds(receiveCount: number, random: () => number): number {
  const place = Math.min(Math.max(1, receiveCount), DELAYS_SECONDS.length) - 1;
  return Math.max(1, Math.round(spread(DELAYS_SECONDS[place] ?? LONGEST_SECONDS, random)));
}

/**
 * Shortens a delay by up to a quarter, so that records that failed together do not all come back together.
 *
 * @param random a number from 0 up to 1
 */
export function spread(delaySeconds: number, random: () => number): number {
  return delaySeconds * (1 - SHARE_OF_JITTER * random());
}

const SHARE_OF_JITTER = 0.25;

const LONGEST_SECONDS = 4200;

/** With the most jitter, the first four delays add up to 64 minutes. */
const DELAYS_SECONDS = [4, 60, 900, LONGEST_SECONDS] as const;
