import { OUTCOME_STATUSES } from "../outcome/outcome-status.ts";

/** What a poll can do, and then how it can have ended. */
export const POLL_STATES = ["waiting", "held", "asking", ...OUTCOME_STATUSES] as const;

/** What a poll does now, or how it has ended. */
export type PollState = (typeof POLL_STATES)[number];

/** Whether a poll in this state has ended. */
export function isEnding(state: PollState): boolean {
  return OUTCOME_STATUSES.some((status) => status === state);
}
