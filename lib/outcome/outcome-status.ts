/** How a poll can end. */
export const OUTCOME_STATUSES = [
  "succeeded",
  "failed",
  "exhausted",
  "expired",
  "cancelled",
] as const;

/** How a poll ended. */
export type OutcomeStatus = (typeof OUTCOME_STATUSES)[number];

/** Whether an outcome says that its poll did not succeed, and nobody wanted that. */
export function endedBadly({ status }: { readonly status?: unknown }): boolean {
  return status === "failed" || status === "exhausted" || status === "expired";
}
