import { MAX_QUEUED_OUTCOME_BYTES, outcomeQueue } from "./outcome-queue.ts";

/** All kinds of destinations. To add one, write its file and add it here. */
export const DESTINATIONS = {
  queue: { create: outcomeQueue, maxBytes: MAX_QUEUED_OUTCOME_BYTES },
} as const;

/** The largest outcome that any destination accepts, in bytes: no outcome is written larger. */
export const MAX_OUTCOME_BYTES = Math.max(
  ...Object.values(DESTINATIONS).map(({ maxBytes }) => maxBytes),
);
