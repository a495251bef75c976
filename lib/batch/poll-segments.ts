import type { SQSRecord } from "aws-lambda";
import { spanIdOf, traceOf } from "../sqs/trace.ts";
import { maskRecord } from "./logged-fields.ts";
import { isPoison } from "./record-result.ts";
import type { BatchResults } from "./settled-results.ts";

/** The name of the service in X-Ray's map. */
const SERVICE = "request-poller";

/**
 * The X-Ray segments of a batch: one for each record that was asked, or has failed, and whose trace is sampled (AWS
 * X-Ray Developer Guide, "Segment documents"). Each belongs to the trace of its poll, below the segment of who sent it.
 *
 * @param results the results after requeue and delivery, and before dead letters are acknowledged
 * @param startedAt when the invocation started, in epoch ms
 * @param endedAt in epoch ms
 */
export function pollSegments(results: BatchResults, startedAt: number, endedAt: number): object[] {
  const segmentOf = (record: SQSRecord, status: unknown, at: number = endedAt): object[] => {
    const trace = traceOf(record);
    if (trace?.isSampled !== true) return [];
    const { messageId, pollId = messageId, retryCount = 0 } = maskRecord(record);
    return [
      {
        name: SERVICE,
        id: spanIdOf(record),
        trace_id: trace.root,
        parent_id: trace.parent,
        start_time: startedAt / 1000,
        end_time: Math.max(startedAt, at) / 1000,
        annotations: { pollId, retryCount, status },
        fault: status === undefined ? true : undefined,
      },
    ];
  };
  return [
    ...results
      .fulfilled("pending", "completed")
      .flatMap(({ record, result, settledAt }) =>
        segmentOf(
          record,
          result.kind === "pending" ? "pending" : (result.outcome?.status ?? "completed"),
          settledAt,
        ),
      ),
    ...results
      .rejected()
      .flatMap(({ record, reason }) =>
        segmentOf(record, isPoison(reason) ? reason.status : undefined),
      ),
  ];
}
