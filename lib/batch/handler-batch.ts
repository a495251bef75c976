import type { SQSRecord } from "aws-lambda";
import { recordsOf } from "./event-records.ts";
import { rejectNotStored } from "./not-stored.ts";
import type { SettledRecord } from "./record-result.ts";
import { resultsIn } from "./settled-results.ts";
import { answerItself } from "./stack-response.ts";
import { findStackState, keepTexts } from "./stack-state.ts";
import { noteResults } from "./watched-results.ts";

/** The batch of one invocation, as its handler sees it. */
export interface HandlerBatch {
  readonly records: readonly SQSRecord[];
  /** Passes the settled results, one per record, to the stack, and returns them. */
  close(settled: SettledRecord[]): SettledRecord[];
}

/**
 * Opens the batch of an event.
 *
 * @param middyOptions the third argument that Middy passes to a handler
 * @throws {NoRecordsError} when the event has no SQS records
 */
export function openBatch(event: unknown, context: unknown, middyOptions: unknown): HandlerBatch {
  const isInMiddy = hasSignal(middyOptions);
  const records = isInMiddy ? sharedRecords(event) : recordsOf(event, "eachRecord");
  const state = findStackState(event) ?? findStackState(context);
  if (state !== undefined) keepTexts(state, records);
  return {
    records,
    close(settled) {
      noteResults(records, settled);
      if (state !== undefined) state.settled = [...settled];
      // No after-hook of this package will run.
      else if (isInMiddy) rejectNotStored(resultsIn(settled, records), new Set(), [], []);
      if (isInMiddy) answerItself(settled, records, state?.stored);
      return settled;
    },
  };
}

/**
 * Reads the records and sets them on the event for other middlewares: `sqsPartialBatchFailure` treats an event without
 * `Records` as an empty batch, even after the handler has thrown, and would acknowledge all its messages.
 */
function sharedRecords(event: unknown): SQSRecord[] {
  try {
    const records = recordsOf(event, "eachRecord");
    if (Array.isArray(event)) shareRecords(event, () => records);
    return records;
  } catch (error) {
    if (typeof event === "object" && event !== null) {
      shareRecords(event, () => {
        throw error;
      });
    }
    throw error;
  }
}

function shareRecords(event: object, get: () => SQSRecord[]): void {
  Reflect.defineProperty(event, "Records", { configurable: true, enumerable: false, get });
}

function hasSignal(options: unknown): boolean {
  const isObject = typeof options === "object" && options !== null;
  return isObject && "signal" in options && options.signal instanceof AbortSignal;
}
