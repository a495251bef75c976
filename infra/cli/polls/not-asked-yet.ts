import type { Depths, PollStatus } from "../../../lib/client/index.ts";
import { isEnding } from "../../../lib/polls/poll-states.ts";

/** The polls that the table knows. */
export interface KnownPolls {
  /** How many have a message in the queue. */
  readonly queued: number;
  /** Whether some may have one, or not. */
  readonly areSomeUncertain: boolean;
}

export const NO_POLLS: KnownPolls = { queued: 0, areSomeUncertain: false };

/** Counts one more poll. */
export function counted(known: KnownPolls, { state, ...poll }: PollStatus): KnownPolls {
  // The message of an ended poll stays in the queue until its outcome is delivered.
  const isWaited = poll.undelivered !== undefined || poll.outcomeDueAt !== undefined;
  const isQueued = !isEnding(state) || isWaited;
  return {
    queued: known.queued + (isQueued ? 1 : 0),
    // It is not known when a poll that was under way is received again.
    areSomeUncertain: known.areSomeUncertain || state === "cancelled",
  };
}

/**
 * Says how many polls wait in the queue for their first request: the table does not know them yet.
 *
 * @param known all polls in the table
 * @param isLocal whether the depths are exact: those of SQS are approximate
 * @returns an empty text when there is none
 */
export function notAskedYet(
  known: KnownPolls,
  { waiting, delayed, inFlight }: Depths,
  isLocal: boolean,
): string {
  const count = waiting + delayed + inFlight - known.queued;
  if (count <= 0) return "";
  const isExact = isLocal && !known.areSomeUncertain;
  return `${isExact ? "" : "about "}${count} more in its queue, not asked yet`;
}
