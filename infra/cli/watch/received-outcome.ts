import { readOwnJson } from "../../../lib/json/json.ts";
import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { outcomeSchema } from "../../../lib/outcome/outcome-schema.ts";

/**
 * Reads an outcome as a consumer of the outcome queue receives it. Numbers keep their digits.
 *
 * @throws when the body of the message is not an outcome
 */
export function parseOutcome(body: string): Outcome {
  return outcomeSchema.parse(readOwnJson(body));
}

/** Seconds from the poll's first message to its end. */
export function secondsTaken({ startedAt, finishedAt }: Outcome): number {
  return (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000;
}

/** The result of a poll that succeeded: its `result`, or the body of its last response. */
export function resultOf({ result, response }: Outcome): unknown {
  return result === undefined ? response?.body : result;
}
