import { type Held, held } from "../batch/record-result.ts";
import { spread } from "../timing/visibility-backoff.ts";

const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 300;

/**
 * Holds a record whose claim the table refused: for as long as it is already late, at least 30 and at most
 * 300 seconds. A hold uses no receive, so even a long outage makes no dead letter.
 *
 * @param lateMs how long ago the record was due
 * @param random a number from 0 up to 1
 */
export function heldRefused(lateMs: number, random: () => number): Held {
  const seconds = Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, lateMs / 1000));
  return { ...held({ delaySeconds: spread(seconds, random) }), tableRefused: true };
}
