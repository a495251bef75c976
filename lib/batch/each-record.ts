import { BatchProcessor, EventType } from "@aws-lambda-powertools/batch";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { checkOptions } from "../options/check-options.ts";
import { anyOption, functionOption } from "../options/option-schemas.ts";
import { type Deadline, deadlineOf, functionRemainingMs } from "./deadline.ts";
import { openBatch } from "./handler-batch.ts";
import { holdUntilDue } from "./hops.ts";
import { createLanes } from "./lanes.ts";
import { held, isRecordResult, type RecordResult, type SettledRecord } from "./record-result.ts";

/** The second argument of a record's handler. */
export interface RecordControl {
  /** Aborts when the batch's time is up. The record is then held, and the handler's result is ignored. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
  readonly context: Context;
}

/** Processes one record: returns its result, or throws when it could not be processed now. */
export type RecordHandler = (
  record: SQSRecord,
  control: RecordControl,
) => Promise<RecordResult> | RecordResult;

/** A Lambda handler of a batch. */
export interface BatchHandler {
  /** Returns settled results in the records' order. */
  (event: SQSEvent, context: Context): Promise<SettledRecord[]>;
  /** Called by Middy: the stack's after-hooks turn the settled results into the response to Lambda. */
  (
    event: SQSEvent,
    context: Context,
    middyOptions: { readonly signal: AbortSignal },
  ): Promise<SQSBatchResponse>;
}

export interface EachRecordOptions {
  /**
   * How many records are processed at the same time.
   *
   * @default 100
   */
  readonly concurrency?: number;
  /**
   * Limits the records of one lane, for example those with the same host. A full lane does not block other lanes.
   *
   * @default no lanes
   */
  readonly lanes?: {
    /** The lane of a record; `undefined`: none. */
    readonly of: (record: SQSRecord) => string | undefined;
    /** How many records of one lane are processed at the same time. */
    readonly concurrency: number;
  };
  /**
   * Whether a record that arrives before the `notBefore` (epoch ms) in its body is held without calling the handler.
   * With `false`, the handler must do this itself.
   *
   * @default true
   */
  readonly holdEarly?: boolean;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Calls back after `delayMs`; returns a function that stops the timer. `@default` setTimeout */
  readonly startTimer?: (callback: () => void, delayMs: number) => () => void;
}

const optionSchema = z.strictObject({
  concurrency: anyOption,
  lanes: z.optional(z.strictObject({ of: anyOption, concurrency: anyOption }, "must be an object")),
  holdEarly: anyOption,
  now: functionOption<() => number>(),
  startTimer: functionOption<NonNullable<EachRecordOptions["startTimer"]>>(),
});

/**
 * Makes a batch handler from a record handler. It processes the records of a batch in parallel, up to `concurrency`,
 * on Powertools' batch processor. It never throws for a record, and returns when the batch's time is up (the function's
 * timeout minus a reserve for the after-hooks): records that are not done by then are held.
 *
 * `pending` and `held` are only results: `requeuePending` must be in the stack to send these records back. If Middy
 * runs the handler and no middleware of this package is in the stack, such a record is rejected.
 *
 * A record that arrives before its `notBefore` is held without calling the handler. SQS can send a record twice in one
 * batch: it is processed once, and both places get its result.
 *
 * @returns a Lambda handler for SQS events, to be wrapped by Middy; it returns settled results in the records' order
 * @throws {RangeError} at once, when a concurrency is not a whole number of 1 or more
 * @throws {TypeError} at once, when another option is invalid or unknown; from the handler, when the event has no SQS
 *   records, neither in `Records` nor as a bare list, which an EventBridge Pipe sends
 *
 * @example
 * export const handler = middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord(async (record, { signal }) =>
 *     (await isDone(record.body, signal)) ? completed() : pending({ delaySeconds: 30 })));
 */
export function eachRecord(handle: RecordHandler, options: EachRecordOptions = {}): BatchHandler {
  checkOptions("eachRecord", optionSchema, options);
  const { concurrency = 100, lanes, holdEarly = true } = options;
  const { now = Date.now, startTimer = startRealTimer } = options;
  checkConcurrency("concurrency", concurrency);
  if (lanes !== undefined) checkConcurrency("lanes.concurrency", lanes.concurrency);

  const handleDue: RecordHandler = holdEarly
    ? (record, control) => holdUntilDue(record, now()) ?? handle(record, control)
    : handle;

  async function handleBatch(event: SQSEvent, context: Context): Promise<SettledRecord[]>;
  async function handleBatch(
    event: SQSEvent,
    context: Context,
    middyOptions: { readonly signal: AbortSignal },
  ): Promise<SQSBatchResponse>;
  async function handleBatch(
    event: SQSEvent,
    context: Context,
    middyOptions?: unknown,
  ): Promise<SettledRecord[] | SQSBatchResponse> {
    const batch = openBatch(event, context, middyOptions);
    const records = withoutDuplicates(batch.records);
    const deadline = deadlineOf(functionRemainingMs(context), now);
    const abort = new AbortController();
    const stopTimer = startTimer(() => abort.abort(), deadline.remainingMs());
    const limits = createLanes(concurrency, lanes?.concurrency ?? concurrency);
    const control: RecordControl = { signal: abort.signal, deadline, context };

    const timeIsUp = heldAtAbort(abort.signal);
    const processOne = (record: SQSRecord): Promise<SettledRecord> =>
      Promise.race([
        timeIsUp,
        limits.run(lanes?.of(record), () => settle(record, handleDue, control, now)),
      ]);
    try {
      const settled = await processBatch(records, processOne);
      return batch.close(
        batch.records.map(({ messageId }) => settled.get(messageId) ?? notProcessed(messageId)),
      );
    } finally {
      stopTimer();
      limits.clear();
    }
  }
  return handleBatch;
}

function startRealTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function checkConcurrency(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(
    `eachRecord: ${option} must be a whole number of 1 or more, got ${String(value)}`,
  );
}

/** One object per messageId, so that hooks find what a handler or the fence has stored for a record object. */
function withoutDuplicates(records: readonly SQSRecord[]): SQSRecord[] {
  const first = new Map<string, SQSRecord>();
  for (const record of records) {
    if (!first.has(record.messageId)) first.set(record.messageId, record);
  }
  return [...first.values()];
}

async function settle(
  record: SQSRecord,
  handle: RecordHandler,
  control: RecordControl,
  now: () => number,
): Promise<SettledRecord> {
  if (control.signal.aborted) return { status: "fulfilled", value: held(), settledAt: now() };
  try {
    const value = await handle(record, control);
    if (isRecordResult(value)) return { status: "fulfilled", value, settledAt: now() };
    throw new TypeError(
      `record ${record.messageId}: its handler must return pending(), held() or completed(), got ${typeof value}`,
    );
  } catch (reason) {
    return { status: "rejected", reason };
  }
}

/** Resolves when the batch's time is up, so that it ends on time even if a handler ignores its signal. */
function heldAtAbort(signal: AbortSignal): Promise<SettledRecord> {
  const { promise, resolve } = Promise.withResolvers<SettledRecord>();
  const onAbort = () => resolve({ status: "fulfilled", value: held() });
  signal.addEventListener("abort", onAbort, { once: true });
  return promise;
}

async function processBatch(
  records: readonly SQSRecord[],
  processOne: (record: SQSRecord) => Promise<SettledRecord>,
): Promise<Map<string, SettledRecord>> {
  const settled = new Map<string, SettledRecord>();
  const processor = new BatchProcessor(EventType.SQS);
  processor.register(
    [...records],
    async (record: SQSRecord) => {
      settled.set(record.messageId, await processOne(record));
    },
    { throwOnFullBatchFailure: false },
  );
  await processor.process();
  return settled;
}

function notProcessed(messageId: string): SettledRecord {
  return { status: "rejected", reason: new Error(`record ${messageId} was not processed`) };
}
