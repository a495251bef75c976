import type { Poll } from "./poll.ts";

/** The operator's limits, which override what a message asks for. */
export interface OperatorCaps {
  /** The shortest time between two requests of one poll, in seconds. */
  readonly minDelaySeconds: number;
  /** The most times that a poll is requeued as pending. */
  readonly maxRetries: number;
  /** The age at which a poll ends, in seconds after its start. `undefined`: no cap. */
  readonly maxAgeSeconds: number | undefined;
}

/**
 * Applies the operator's caps to a poll. The requeued body keeps the sender's values, so that a changed cap also
 * applies to polls under way.
 */
export function cappedPoll(poll: Poll, caps: OperatorCaps): Poll {
  const { minDelaySeconds, maxRetries, maxAgeSeconds } = caps;
  const { message } = poll;
  const latest = poll.startedAt + (maxAgeSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const endsByAge = latest < (message.expiresAt ?? Number.POSITIVE_INFINITY);
  const endsByRetries = maxRetries < message.maxRetries;
  return {
    ...poll,
    message: {
      ...message,
      maxRetries: Math.min(message.maxRetries, maxRetries),
      ...(endsByAge && { expiresAt: latest }),
    },
    caps: {
      minDelaySeconds,
      ...(endsByAge && { expiredBy: `the operator's cap POLL_MAX_AGE_SECONDS=${maxAgeSeconds}` }),
      ...(endsByRetries && { exhaustedBy: `the operator's cap POLL_MAX_RETRIES=${maxRetries}` }),
    },
  };
}
