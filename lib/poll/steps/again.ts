import {
  type Completed,
  held,
  type Pending,
  pending,
  type RecordResult,
} from "../../batch/record-result.ts";
import type { ErrorDescription, ResponseHead } from "../../http/http-request.ts";
import type { JsonObject } from "../../json/json.ts";
import type { OutcomeDetails } from "../../outcome/outcome.ts";
import type { FailureDescription } from "../../verdict/verdict.ts";
import { isExhausted } from "../exhausted.ts";
import type { Answered } from "./answered.ts";
import { delayBeforeNext } from "./delay-before-next.ts";
import { end, exhausted, expired, withOddities } from "./endings.ts";

/** What the last request contributes to the next message, or to the outcome if the poll ends. */
export interface LastRequest {
  readonly response: ResponseHead | undefined;
  /** The body of the next message. */
  readonly body: JsonObject;
  readonly error?: ErrorDescription | undefined;
  readonly odd?: readonly string[] | undefined;
}

/** Asks again after a request that was answered: the number of errors in a row is 0. */
export function askAgain(on: Answered, last: LastRequest): RecordResult {
  return again(on, last, 0);
}

/** Asks again after a transient error, or ends the poll when there were too many in a row. */
export function askAgainAfterError(
  on: Answered,
  last: LastRequest & { readonly error: FailureDescription },
): RecordResult {
  const { errorCount, maxErrors } = on.poll.message;
  return errorCount >= maxErrors
    ? end(on.poll, { status: "failed", error: last.error }, on.now, last.response)
    : again(on, last, errorCount + 1);
}

/**
 * Asks again when no response could be judged. That uses a retry, like every request. But without retries left, the
 * poll is held instead of ended: other polls used up the steps, or the room at a host, and the next response may be
 * final.
 */
export function askAgainUnjudged(on: Answered, last: LastRequest): RecordResult {
  const { poll, now, random } = on;
  const { retryCount, maxRetries, errorCount } = poll.message;
  if (!isExhausted(retryCount, maxRetries)) return again(on, last, errorCount);
  const delay = delayBeforeNext(poll, last.response, now, random);
  return delay === undefined
    ? givenUp(on, last, expired(poll, last.error))
    : { ...held({ delaySeconds: Math.max(1, delay.delaySeconds) }), waitReason: "no-time" };
}

/** Requeues a poll as it has become, without using a retry. */
export function goOn(delaySeconds: number, body: JsonObject): Pending {
  const next = pending({ delaySeconds, body: withErrors(body, 0) });
  return { ...next, usesNoRetry: true, waitReason: "next-step" };
}

function again(on: Answered, last: LastRequest, errorCount: number): RecordResult {
  const { poll, now, random } = on;
  const { response, error, odd } = last;
  const { retryCount, maxRetries, step } = poll.message;
  const isFetch = step === "result";
  if (!isFetch && isExhausted(retryCount, maxRetries)) {
    return givenUp(on, last, withOddities(exhausted(poll, error), odd));
  }
  const delay = delayBeforeNext(poll, response, now, random);
  if (delay === undefined) {
    return givenUp(on, last, withOddities(expired(poll, error), odd));
  }
  const { delaySeconds, waitReason = "backoff" } = delay;
  const next = pending({ delaySeconds, body: withErrors(last.body, errorCount) });
  return { ...next, waitReason, ...(isFetch && { usesNoRetry: true }) };
}

/** Ends a poll whose job may run on. */
function givenUp({ poll, now }: Answered, last: LastRequest, details: OutcomeDetails): Completed {
  return { ...end(poll, details, now, last.response), body: last.body };
}

function withErrors({ errorCount: _, ...body }: JsonObject, errorCount: number): JsonObject {
  return errorCount === 0 ? body : { ...body, errorCount };
}
