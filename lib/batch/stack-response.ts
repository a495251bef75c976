import type { SQSRecord } from "aws-lambda";
import { type AnyLogger, tellLogger } from "../log/logger.ts";
import { describe } from "./event-records.ts";
import { maskError } from "./logged-fields.ts";
import { failedIds } from "./not-stored.ts";
import type { BatchRequest, BatchResults } from "./settled-results.ts";
import { MisplacedMiddlewareError } from "./stack-order.ts";
import type { StackState } from "./stack-state.ts";

/**
 * The settled results for an after-hook. If another middleware removed or reordered them, they are restored. If the
 * response was already made, the hook works on the results before it.
 *
 * @param name the hook's middleware
 * @throws {MisplacedMiddlewareError} when there were never any: the response must not say that all records succeeded
 */
export function settledResults(
  request: BatchRequest,
  state: StackState,
  records: readonly SQSRecord[],
  name: string,
  logger: AnyLogger,
): unknown[] {
  const { response } = request;
  const { settled } = state;
  const isOnePerRecord = Array.isArray(response) && response.length === records.length;
  if (isOnePerRecord && !isReordered(response, settled)) return response;
  if (settled === undefined || settled.length !== records.length) {
    if (records.length === 0) return [];
    throw new MisplacedMiddlewareError(
      `${name} found no settled results, one per record, in request.response: got ${describe(response)}. ` +
        "The handler must return them (see eachRecord), and sqsPartialBatchFailure must be the first use",
    );
  }
  const again = [...settled];
  if (isAnswer(response)) {
    const message = `the batch was answered before ${name}: sqsPartialBatchFailure must be the first use`;
    tellLogger(logger, { level: "ERROR", message });
  } else {
    const message = `a middleware used after ${name} removed or reordered the settled results: they are put back`;
    tellLogger(logger, { level: "ERROR", message });
    request.response = again;
  }
  return again;
}

/** Whether the response has the same results in another order: they would then belong to other records. */
function isReordered(response: readonly unknown[], settled: readonly unknown[] | undefined) {
  if (settled === undefined) return false;
  const [now, before] = [response.map(identityOf), settled.map(identityOf)];
  if (now.length !== before.length || now.every((of, place) => Object.is(of, before[place]))) {
    return false;
  }
  const left = new Map<unknown, number>();
  for (const of of before) left.set(of, (left.get(of) ?? 0) + 1);
  return now.every((of) => {
    const count = left.get(of) ?? 0;
    left.set(of, count - 1);
    return count > 0;
  });
}

/** The part of a settled result that stays the same when the result is copied. */
function identityOf(settled: unknown): unknown {
  if (typeof settled !== "object" || settled === null) return settled;
  if ("value" in settled) return settled.value;
  return "reason" in settled ? settled.reason : settled;
}

interface Answer {
  readonly batchItemFailures: readonly unknown[];
}

function isAnswer(response: unknown): response is Answer {
  const isObject = typeof response === "object" && response !== null;
  return isObject && "batchItemFailures" in response && Array.isArray(response.batchItemFailures);
}

/** Updates a response that was made too early with the changes that a hook made to the results. */
export function correctAnswer(
  request: BatchRequest,
  results: BatchResults,
  failedBefore: ReadonlySet<string>,
  logger: AnyLogger,
): void {
  const { response } = request;
  if (!isAnswer(response)) return;
  const reported = new Set(response.batchItemFailures.map(identifierOf));
  const rejected = results.rejected();
  const failed = new Set(rejected.map(({ record }) => record.messageId));
  const added = rejected.filter(({ record }) => !reported.has(record.messageId));
  for (const { record, reason } of added) {
    const { messageId } = record;
    const error = maskError(reason);
    tellLogger(logger, { level: "ERROR", message: "record failed", messageId, error });
  }
  const isDone = (id: unknown) => typeof id === "string" && failedBefore.has(id) && !failed.has(id);
  const batchItemFailures = [
    ...response.batchItemFailures.filter((failure) => !isDone(identifierOf(failure))),
    ...added.map(({ record }) => ({ itemIdentifier: record.messageId })),
  ];
  request.response = { ...response, batchItemFailures };
}

function identifierOf(failure: unknown): unknown {
  const isObject = typeof failure === "object" && failure !== null;
  return isObject && "itemIdentifier" in failure ? failure.itemIdentifier : undefined;
}

/** Makes the response of a batch in which a middleware threw after some records were stored. */
export function answerWhatIsStored(
  request: BatchRequest & { readonly error?: unknown },
  { settled, records, stored }: StackState,
  logger: AnyLogger,
): void {
  if (settled === undefined || records === undefined || stored.size === 0) return;
  if (request.response !== undefined && !isAnswer(request.response)) return;
  const error = maskError(request.error);
  tellLogger(logger, {
    level: "ERROR",
    message: "a middleware threw after records were sent",
    error,
  });
  request.response = answer([...settled], records, stored);
}

function answer(
  settled: unknown[],
  records: readonly SQSRecord[],
  stored: ReadonlySet<string>,
): Answer {
  const failures = failedIds(settled, records, stored);
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}

/**
 * Makes a list of settled results write itself as `batchItemFailures` in JSON: without sqsPartialBatchFailure in the
 * stack, Lambda writes the list itself and so learns which records failed.
 */
export function answerItself(
  settled: unknown[],
  records: readonly SQSRecord[],
  stored: ReadonlySet<string> = new Set(),
): void {
  Object.defineProperty(settled, "toJSON", {
    configurable: true,
    enumerable: false,
    writable: true,
    value: () => answer(settled, records, stored),
  });
}
