/** What a poll can do, and then how it can have ended. */
export const POLL_STATES = [
  "waiting",
  "held",
  "asking",
  "succeeded",
  "failed",
  "exhausted",
  "expired",
  "cancelled",
] as const;

/** What a poll does now, or how it has ended. */
export type PollState = (typeof POLL_STATES)[number];
