import type { Depths, PollState } from "../../../lib/client/index.ts";
import { isEnding } from "../../../lib/polls/poll-states.ts";

/**
 * Says how many polls wait in the queue for their first request: the table does not know them yet.
 *
 * @param states of all polls in the table
 * @param isLocal whether the depths are exact: those of SQS are approximate
 * @returns an empty text when there is none
 */
export function notAskedYet(
  states: readonly PollState[],
  { waiting, delayed, inFlight }: Depths,
  isLocal: boolean,
): string {
  const known = states.filter((state) => !isEnding(state)).length;
  const count = waiting + delayed + inFlight - known;
  if (count <= 0) return "";
  // The message of a cancelled poll stays in the queue until it is due.
  const isExact = isLocal && !states.includes("cancelled");
  return `${isExact ? "" : "about "}${count} more in its queue, not asked yet`;
}
