import type { SQSRecord } from "aws-lambda";
import { dueAtOf, secondsTaken } from "../batch/poll-facts.ts";
import { recordFacts } from "../batch/record-facts.ts";
import { isPoison, type RecordResult } from "../batch/record-result.ts";
import type { BatchResults } from "../batch/settled-results.ts";
import { DeliveryRefusedError } from "../deliveries/delivery.ts";
import { numberOf } from "../json/json.ts";
import { SqsRefusalError } from "../sqs/batch-calls.ts";
import { counts, type Measurement } from "./measurement.ts";

/**
 * Measures a batch: the number of records and of each kind of result; the retries and the duration of each poll that
 * ended; and the lateness of each record whose due time is known.
 *
 * @param results the results after requeue and delivery, and before dead letters are acknowledged
 * @param startedAt when the invocation started, in epoch ms
 */
export function batchMeasurements(results: BatchResults, startedAt: number): Measurement[] {
  const fulfilled = results.fulfilled("pending", "held", "completed");
  const rejected = results.rejected();
  const all = [...fulfilled, ...rejected].map(() => "Polls");
  const asked = fulfilled.filter(({ result }) => result.kind !== "held");
  return [
    ...counts([
      ...all,
      ...fulfilled.flatMap(({ result }) => endOf(result)),
      ...rejected.map(({ reason }) => failureOf(reason)),
    ]),
    ...fulfilled.flatMap(({ result }) => whenEnded(result)),
    ...asked.flatMap(({ record }) => latenessOf(record, startedAt)),
  ];
}

const STATUSES: Readonly<Record<string, string>> = {
  succeeded: "Succeeded",
  failed: "Failed",
  exhausted: "Exhausted",
  expired: "Expired",
  poison: "Poison",
};

const statusName = (status: unknown): string | undefined =>
  typeof status === "string" && Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;

function endOf(result: RecordResult): string[] {
  if (result.kind === "pending") return ["Pending"];
  if (result.kind === "held") {
    return [
      "Held",
      ...(result.tableRefused ? ["TableRefused"] : []),
      ...(result.deliveryRefused ? ["SendRefused"] : []),
    ];
  }
  // The end of a group is not the end of a poll.
  if (result.outcome?.groupId !== undefined) return ["Completed"];
  return [statusName(result.outcome?.status) ?? "Completed"];
}

function failureOf(reason: unknown): string {
  // Without an outcome queue, a poll that did not succeed is a dead letter with its status.
  if (isPoison(reason)) return statusName(reason.status) ?? "Poison";
  return isRefusal(reason) ? "SendRefused" : "Rejected";
}

function isRefusal(reason: unknown): boolean {
  return reason instanceof SqsRefusalError || reason instanceof DeliveryRefusedError;
}

function whenEnded(result: RecordResult): Measurement[] {
  if (result.kind !== "completed" || result.outcome === undefined) return [];
  const retries = numberOf(result.outcome.retryCount);
  const took = secondsTaken(result.outcome);
  return [
    ...(retries === undefined ? [] : [measurement("Retries", "Count", retries)]),
    ...(took !== undefined && took >= 0 ? [measurement("TimeToOutcome", "Seconds", took)] : []),
  ];
}

function latenessOf(record: SQSRecord, startedAt: number): Measurement[] {
  const due = dueAtOf(recordFacts(record).body, record);
  return due === undefined
    ? []
    : [measurement("Lateness", "Milliseconds", Math.max(0, startedAt - due))];
}

const measurement = (name: string, unit: Measurement["unit"], value: number): Measurement => ({
  name,
  unit,
  value: Math.round(value * 1000) / 1000,
});
