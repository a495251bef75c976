import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { isRecordResult, type RecordResult, type SettledRecord, waits } from "./record-result.ts";

/** The part of Middy's request that the hooks of this package need. */
export interface BatchRequest {
  event: SQSEvent;
  readonly context: Context;
  response: unknown;
}

/** A record with the result that its handler returned. */
export interface FulfilledRecord<Result extends RecordResult = RecordResult> {
  readonly record: SQSRecord;
  readonly result: Result;
  /** In epoch ms; absent when the results do not come from {@link eachRecord}. */
  readonly settledAt?: number;
}

/** The settled results of a batch. A record that SQS sent twice appears once. */
export interface BatchResults {
  fulfilled<Kind extends RecordResult["kind"]>(
    ...kinds: readonly Kind[]
  ): FulfilledRecord<Extract<RecordResult, { kind: Kind }>>[];
  rejected(): { readonly record: SQSRecord; readonly reason: unknown }[];
  /** Gives a record another result, at every place where it appears. */
  replace(record: SQSRecord, settled: SettledRecord): void;
  /** Turns a record's result into a rejection, so that it is reported in `batchItemFailures`. */
  reject(record: SQSRecord, reason: unknown): void;
}

/**
 * Reads a list of settled results, which {@link BatchResults.replace} changes. A pending or held result without a valid
 * delay becomes a rejection, because nothing would send its record back.
 *
 * @param records the records, in the order of the results
 */
export function resultsIn(settled: unknown[], records: readonly SQSRecord[]): BatchResults {
  const seen = new Map<string, { record: SQSRecord; places: number[] }>();
  settled.forEach((_, place) => {
    const record = records[place];
    if (record === undefined) return;
    if (isBrokenWait(settled[place])) settled[place] = brokenWait(record);
    const known = seen.get(record.messageId);
    if (known === undefined) seen.set(record.messageId, { record, places: [place] });
    else known.places.push(place);
  });

  const replace = (record: SQSRecord, result: SettledRecord) => {
    for (const place of seen.get(record.messageId)?.places ?? []) settled[place] = result;
  };
  const entries = () =>
    [...seen.values()].map(({ record, places }) => ({ record, settled: settled[places[0] ?? -1] }));

  return {
    fulfilled: (...kinds) =>
      entries().flatMap(({ record, settled: of }) => {
        if (!isFulfilled(of) || !isOfKind(of.value, kinds)) return [];
        const at = of.settledAt === undefined ? {} : { settledAt: of.settledAt };
        return [{ record, result: of.value, ...at }];
      }),
    rejected: () =>
      entries().flatMap(({ record, settled: of }) =>
        isRejected(of) ? [{ record, reason: of.reason }] : [],
      ),
    replace,
    reject: (record, reason) => replace(record, { status: "rejected", reason }),
  };
}

function isOfKind<Kind extends RecordResult["kind"]>(
  result: RecordResult,
  kinds: readonly Kind[],
): result is Extract<RecordResult, { kind: Kind }> {
  return kinds.some((kind) => kind === result.kind);
}

function isFulfilled(value: unknown): value is Extract<SettledRecord, { status: "fulfilled" }> {
  return hasStatus(value, "fulfilled") && "value" in value && isRecordResult(value.value);
}

function isBrokenWait(value: unknown): boolean {
  if (!hasStatus(value, "fulfilled") || !("value" in value)) return false;
  return waits(value.value) && !isRecordResult(value.value);
}

function brokenWait({ messageId }: SQSRecord): SettledRecord {
  const problem = "its result has no delaySeconds of 0 or more: make it by pending() or held()";
  return { status: "rejected", reason: new TypeError(`record ${messageId}: ${problem}`) };
}

function isRejected(value: unknown): value is Extract<SettledRecord, { status: "rejected" }> {
  return hasStatus(value, "rejected") && "reason" in value;
}

export function hasStatus(value: unknown, status: string): value is { status: string } {
  return (
    typeof value === "object" && value !== null && "status" in value && value.status === status
  );
}
