import { spread } from "../timing/visibility-backoff.ts";

const SHORTEST_SECONDS = 30;
const LONGEST_SECONDS = 300;

/**
 * How long a record is held whose claim the table refused: as long again as it is late already, from half a minute to
 * five. A hold uses no receive, so an outage of any length costs no dead letter.
 *
 * @param lateMs how long the record is due already
 * @param random a number from 0 up to 1
 */
export function refusedHoldSeconds(lateMs: number, random: () => number): number {
  return spread(Math.min(LONGEST_SECONDS, Math.max(SHORTEST_SECONDS, lateMs / 1000)), random);
}
