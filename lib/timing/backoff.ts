/** How the delay between polls grows. */
export interface Backoff {
  /** The factor between one delay and the next. 1 keeps the delay fixed, without jitter. */
  readonly rate: number;
  /** The longest delay, in seconds. */
  readonly maxDelaySeconds: number;
  /** How delays are randomised, so that polls that started together do not stay together. */
  readonly jitter: "full" | "equal" | "none";
}

/**
 * The delay before the next poll: `min(maxDelaySeconds, delaySeconds * rate^retryCount)`, then jitter as the
 * AWS Architecture Blog's "Exponential Backoff And Jitter" defines it.
 *
 * @param delaySeconds the first delay
 * @param retryCount as received, so that the first wait is `delaySeconds` itself
 * @param random a number from 0 up to 1, 1 excluded
 * @returns seconds
 */
export function backoffDelaySeconds(
  delaySeconds: number,
  backoff: Backoff,
  retryCount: number,
  random: () => number,
): number {
  // rate^retryCount can overflow to Infinity, and 0 * Infinity is NaN: a delay of 0 stays 0.
  if (delaySeconds === 0) return 0;
  const delay = Math.min(backoff.maxDelaySeconds, delaySeconds * backoff.rate ** retryCount);
  return backoff.rate === 1 ? delay : withJitter(delay, backoff.jitter, random);
}

function withJitter(delay: number, jitter: Backoff["jitter"], random: () => number): number {
  switch (jitter) {
    case "full":
      return delay * random();
    case "equal":
      // One product, because the sum of two rounded halves can exceed the delay.
      return delay * (0.5 + random() / 2);
    case "none":
      return delay;
  }
}
