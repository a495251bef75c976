import { completed, held, pending, type RecordResult } from "../../../lib/batch/record-result.ts";
import type { JsonObject } from "../../../lib/json/json.ts";
import type { Fault } from "./faulty-table.ts";

/** The end of a poll whose start may have been made, but whose answer nobody knows. */
export const UNKNOWN = completed({ pollId: "p", status: "unknown start" });

/** What became of a start's request. */
export interface StartRequest {
  /** Whether it reached the server. */
  readonly isSent: boolean;
  /** Whether it started the job. */
  readonly isStarted: boolean;
  /** Whether the poller got no answer to a request that it sent. */
  readonly isLost: boolean;
  /** What the record's handler makes of it. */
  readonly result: RecordResult;
}

/**
 * Makes the request of a start.
 *
 * @param fault `refused`: nothing is sent. `ambiguous`: the answer is lost
 * @param answer `busy`: the server starts nothing. `done`: it does the job at once
 */
export function startRequest(
  body: JsonObject,
  fault: Fault,
  answer: string,
  job: string,
): StartRequest {
  const isSent = fault !== "refused" && fault !== "lateAndNotDone";
  const isStarted = isSent && answer !== "busy";
  const isLost = fault === "ambiguous" || fault === "lateAndDone";
  const made = { isSent, isStarted, isLost };
  if (fault.startsWith("late")) return { ...made, result: held() };
  if (isLost) return { ...made, result: UNKNOWN };
  if (!isStarted) {
    return { ...made, result: pending({ delaySeconds: 200, body: { ...body, errorCount: 1 } }) };
  }
  const { start: _, ...others } = body;
  const result =
    answer === "done"
      ? completed({ pollId: body.pollId, status: "succeeded", job })
      : pending({ body: { ...others, request: { url: job } } });
  return { ...made, result };
}
