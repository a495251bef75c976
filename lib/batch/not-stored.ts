import type { SQSRecord } from "aws-lambda";
import type { RecordResult } from "./record-result.ts";
import {
  type BatchResults,
  type FulfilledRecord,
  hasStatus,
  resultsIn,
} from "./settled-results.ts";
import type { MiddlewareName } from "./stack-order.ts";

/** A record must not be acknowledged, because no middleware has requeued it or delivered its outcome. */
class NotStoredError extends Error {
  override readonly name = "NotStoredError";
  /** The handler's result, for a later middleware that can store it. */
  readonly result: RecordResult;
  /** In epoch ms. */
  readonly settledAt: number | undefined;

  constructor(message: string, { result, settledAt }: Omit<FulfilledRecord, "record">) {
    super(message);
    this.result = result;
    this.settledAt = settledAt;
  }
}

/** The middleware that must store a result; `undefined`: nothing must be stored. */
export function storedBy(result: RecordResult): "requeuePending" | "deliverOutcomes" | undefined {
  if (result.kind !== "completed") return "requeuePending";
  return result.outcome === undefined ? undefined : "deliverOutcomes";
}

/** The error for a record whose result no middleware stores. */
function notStored(fulfilled: FulfilledRecord, used: readonly string[]): NotStoredError {
  const { record, result } = fulfilled;
  const middleware = storedBy(result) ?? "requeuePending";
  const what =
    middleware === "requeuePending" ? `it is ${result.kind}` : "it is completed with an outcome";
  const advice = used.includes(middleware)
    ? `${middleware} had run before: use what changes results after ${middleware}, so that its after-hook runs earlier`
    : `no ${middleware} is in the stack: add .use(${middleware}(...))`;
  return new NotStoredError(`record ${record.messageId}: ${what}, but ${advice}`, fulfilled);
}

/**
 * Rejects the records that would be acknowledged although no middleware stores their requeue or outcome.
 *
 * @param toCome the middlewares whose after-hooks have still to run
 * @param used all middlewares of the stack
 */
export function rejectNotStored(
  results: BatchResults,
  stored: ReadonlySet<string>,
  toCome: readonly string[],
  used: readonly string[],
): void {
  for (const fulfilled of results.fulfilled("pending", "held", "completed")) {
    const middleware = storedBy(fulfilled.result);
    if (middleware === undefined || toCome.includes(middleware)) continue;
    if (stored.has(fulfilled.record.messageId)) continue;
    results.reject(fulfilled.record, notStored(fulfilled, used));
  }
}

/** Reverses rejections by {@link notStored} when a middleware that has still to run stores the result. */
export function takeBackNotStored(results: BatchResults, toCome: readonly MiddlewareName[]): void {
  for (const { record, reason } of results.rejected()) {
    if (!isNotStored(reason)) continue;
    const middleware = storedBy(reason.result);
    if (middleware === undefined || !toCome.includes(middleware)) continue;
    const at = reason.settledAt === undefined ? {} : { settledAt: reason.settledAt };
    results.replace(record, { status: "fulfilled", value: reason.result, ...at });
  }
}

/** Whether a rejection is a {@link NotStoredError} from any copy of this package. */
function isNotStored(reason: unknown): reason is NotStoredError {
  return reason instanceof Error && reason.name === "NotStoredError" && "result" in reason;
}

/** The messageIds of the records that must be reported as failed if the response is made now. */
export function failedIds(
  settled: unknown[],
  records: readonly SQSRecord[],
  stored: ReadonlySet<string>,
): string[] {
  const notStored = resultsIn(settled, records)
    .fulfilled("pending", "held", "completed")
    .filter(({ record, result }) => storedBy(result) !== undefined && !stored.has(record.messageId))
    .map(({ record }) => record.messageId);
  const failed = records.filter((_, place) => !hasStatus(settled[place], "fulfilled"));
  return [...new Set([...failed.map(({ messageId }) => messageId), ...notStored])];
}
