import type { SQSRecord } from "aws-lambda";
import { type Hop, nextHop } from "../batch/hops.ts";
import { sentAt } from "../batch/poll-facts.ts";
import { bodyText, recordFacts } from "../batch/record-facts.ts";
import type { Held, Pending } from "../batch/record-result.ts";
import { type JsonObject, numberOf, toJson } from "../json/json.ts";
import { MAX_WAIT_SECONDS } from "../limits.ts";
import { type Outcome, outcomeOf } from "../outcome/outcome.ts";
import { attributesToSend } from "../sqs/message-attributes.ts";
import type { OutgoingMessage } from "../sqs/outgoing-message.ts";
import { traceHeaderOf } from "../sqs/trace.ts";
import { exhaustedError, isExhausted } from "./exhausted.ts";
import type { NextBody } from "./message/next.ts";

/** The plan for a pending or held record: a message to send, or its end. */
export type Requeue =
  | { readonly kind: "send"; readonly message: OutgoingMessage }
  | { readonly kind: "exhausted"; readonly outcome: Outcome };

/**
 * Decides how a record goes back to its queue.
 *
 * @param settledAt when its handler returned, in epoch ms: the delay counts from here
 * @param now in epoch ms
 * @throws {TypeError} when the record is pending and its body is not a JSON object, so it cannot carry `retryCount`
 */
export function planRequeue(
  record: SQSRecord,
  result: Pending | Held,
  settledAt: number,
  now: number,
  next: NextBody,
): Requeue {
  const dueAt = Math.ceil(settledAt + result.delaySeconds * 1000);
  const body = bodyOf(record, result);
  if (body === undefined) return sendUnchanged(record, result, dueAt, now);
  const isFree = result.kind === "held" || result.usesNoRetry === true;
  if (!isFree && hasNoRetryLeft(body)) {
    return { kind: "exhausted", outcome: exhausted(record, body, now) };
  }
  const { kind } = result;
  const usesNoRetry = kind === "pending" && result.usesNoRetry;
  const step = { record, kind, dueAt, result, settledAt, ...(usesNoRetry && { usesNoRetry }) };
  const said = next(body, step);
  // When the batch's time is up, a record can be held that has still to wait. But an outcome does not wait.
  const isEarly = result.kind === "held" && said.undelivered === undefined;
  const hop = nextHop(isEarly ? Math.max(dueAt, waitsUntil(body, now)) : dueAt, now);
  const text = toJson(withDueTime(said, hop));
  return { kind: "send", message: outgoing(record, text, hop.delaySeconds) };
}

function bodyOf(record: SQSRecord, result: Pending | Held): JsonObject | undefined {
  if (result.kind === "pending" && result.body !== undefined) return result.body;
  return recordFacts(record).body;
}

/**
 * A body that is not a JSON object can be held for at most one hop. It cannot be pending: it cannot carry `retryCount`.
 */
function sendUnchanged(
  record: SQSRecord,
  result: Pending | Held,
  dueAt: number,
  now: number,
): Requeue {
  if (result.kind === "held") {
    return {
      kind: "send",
      message: outgoing(record, bodyText(record), nextHop(dueAt, now).delaySeconds),
    };
  }
  const facts = recordFacts(record);
  const problem = facts.body === undefined ? facts.problem : "";
  throw new TypeError(
    `record ${record.messageId} is pending, but its body has no place for retryCount: it ${problem}; ` +
      "return pending({ body }) with a JSON object",
  );
}

function hasNoRetryLeft(body: JsonObject): boolean {
  const maxRetries = numberOf(body.maxRetries);
  return maxRetries !== undefined && isExhausted(numberOf(body.retryCount) ?? 0, maxRetries);
}

function exhausted(record: SQSRecord, body: JsonObject, now: number): Outcome {
  const retryCount = numberOf(body.retryCount) ?? 0;
  const identity = {
    pollId: typeof body.pollId === "string" ? body.pollId : record.messageId,
    retryCount,
    // Not `startedAtOf`: in a stack of one's own no copyId tells a requeued message from a submission.
    startedAt: numberOf(body.startedAt) ?? sentAt(record) ?? now,
    ...("context" in body ? { context: body.context } : {}),
  };
  const error = exhaustedError(retryCount);
  return outcomeOf(identity, { status: "exhausted", error }, now);
}

/** The `notBefore` of a body, in epoch ms, limited as the longest wait is; 0 when there is none. */
function waitsUntil({ notBefore }: JsonObject, now: number): number {
  return Math.min(numberOf(notBefore) ?? 0, now + MAX_WAIT_SECONDS * 1000);
}

function withDueTime({ notBefore: _, ...body }: JsonObject, { notBefore }: Hop): JsonObject {
  return notBefore === undefined ? body : { ...body, notBefore };
}

function outgoing(record: SQSRecord, body: string, delaySeconds: number): OutgoingMessage {
  const groupId = record.attributes?.MessageGroupId;
  return {
    body,
    delaySeconds,
    attributes: attributesToSend(record.messageAttributes),
    traceHeader: traceHeaderOf(record),
    ...(groupId === undefined ? {} : { groupId }),
  };
}
