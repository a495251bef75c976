import { spread } from "../timing/visibility-backoff.ts";

const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 300;

/**
 * How long a record is held when the table refused its claim: as long as it is already late, at least 30 and at most
 * 300 seconds. A hold uses no receive, so even a long outage makes no dead letter.
 *
 * @param lateMs how long ago the record was due
 * @param random a number from 0 up to 1
 */
export function refusedHoldSeconds(lateMs: number, random: () => number): number {
  return spread(Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, lateMs / 1000)), random);
}
