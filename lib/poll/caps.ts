import type { Poll } from "./step.ts";

/** What the operator allows, whatever a message asks for. */
export interface OperatorCaps {
  /** The fewest seconds between two requests of one poll. */
  readonly minDelaySeconds: number;
  /** How many times a poll is requeued as pending at most. */
  readonly maxRetries: number;
  /** How many seconds after its start a poll ends at the latest. `undefined`: no cap. */
  readonly maxAgeSeconds: number | undefined;
}

/** What the caps changed of a poll, and the words that say so in its outcome. */
export interface CapsOfPoll {
  /** The fewest seconds between two requests of the poll. */
  readonly minDelaySeconds: number;
  /** Says which cap ends the poll where it expires. Absent: its own `expiresAt` does. */
  readonly expiredBy?: string;
  /** Says which cap ends the poll where its retries are used up. Absent: its own `maxRetries` does. */
  readonly exhaustedBy?: string;
}

/**
 * Cuts what a poll's message asks for to what the operator allows. The body that is requeued keeps what its sender
 * wrote: a cap that the operator changes counts for polls under way as well.
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
