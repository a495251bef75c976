import { MAX_QUEUED_OUTCOME_BYTES, outcomeQueue } from "./outcome-queue.ts";

/** All kinds of destinations. To add one, write its file and name it here. */
export const DESTINATIONS = {
  queue: { create: outcomeQueue, maxBytes: MAX_QUEUED_OUTCOME_BYTES },
} as const;

/** The most that any destination takes of an outcome, in bytes: what is written of one is no larger. */
export const MAX_OUTCOME_BYTES = Math.max(
  ...Object.values(DESTINATIONS).map(({ maxBytes }) => maxBytes),
);
