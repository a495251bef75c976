import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { checkOptions, functionOption } from "../../batch/options.ts";
import { type JsonObject, numberOf } from "../../json.ts";

/** What makes the body of a requeued record from the body it had. */
export type NextBody = (body: JsonObject, step: RequeueStep) => JsonObject;

/** The step from one message to the next. */
export interface RequeueStep {
  readonly record: SQSRecord;
  /** `pending`: a request was made, and uses a retry; `held`: none was. */
  readonly kind: "pending" | "held";
  /** When the wait ends that the record's handler asked for, in whole epoch ms. */
  readonly dueAt: number;
}

/** A composer's next body: `retryCount` raised where a retry was used, the rest kept. */
export const nextBody: NextBody = (body, { kind }) =>
  kind === "held" ? body : { ...body, retryCount: countOf(body.retryCount) + 1 };

export interface NextPollMessageOptions {
  /** The fence that the records are claimed in: what is held before it has claimed stays the copy that it is. */
  readonly fence?: { readonly hasClaimed: (record: SQSRecord) => boolean };
  /** Makes an id that no other copy has. `@default` a random UUID */
  readonly newCopyId?: () => string;
}

const optionSchema = z.strictObject({
  fence: z.optional(
    z.custom(
      (value) => typeof value === "object" && value !== null && "hasClaimed" in value,
      "must be a fence, made by createFence",
    ),
  ),
  newCopyId: functionOption<() => string>(),
});

/**
 * A poll message's next form: `retryCount` raised where a request was made, `sequence` raised by every send,
 * and a fresh `copyId`; what names the poll is written down before the messageId changes. The fence needs it, over
 * bodies of a composer's own as well: `requeuePending({ queueUrl, next: nextPollMessage({ fence }) })`.
 *
 * `dueAt` says when the poll is due next. No hold changes it: a poll that was held for want of time, or because its
 * host had asked for a pause, is late by all of its waiting once it is asked.
 *
 * @throws {TypeError} at once, when an option is wrong or unknown
 */
export function nextPollMessage(options: NextPollMessageOptions = {}): NextBody {
  checkOptions("nextPollMessage", optionSchema, options);
  const { fence, newCopyId = randomUUID } = options;
  return (body, step) => {
    const dueAt = step.kind === "pending" ? step.dueAt : dueAtOf(body, step.record);
    const named = {
      ...nextBody(body, step),
      ...(dueAt === undefined ? {} : { dueAt }),
      pollId: body.pollId ?? step.record.messageId,
      startedAt: body.startedAt ?? sentAt(step.record),
    };
    // Each claim of a sequence is one copy's. A copy that got ahead by holds alone would be claimed beside another.
    if (fence && step.kind === "held" && !fence.hasClaimed(step.record)) return named;
    return { ...named, sequence: countOf(body.sequence) + 1, copyId: newCopyId() };
  };
}

/**
 * When a record was due, in epoch ms: what its body says; of a message that was never requeued, when it was sent.
 * `undefined` where a requeue has left neither.
 */
export function dueAtOf(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const { dueAt, notBefore, sequence, retryCount } = body ?? {};
  const wasRequeued = sequence !== undefined || retryCount !== undefined;
  return numberOf(dueAt) ?? numberOf(notBefore) ?? (wasRequeued ? undefined : sentAt(record));
}

/** When a record's message was sent, in epoch ms; `undefined` where the record does not say. */
export function sentAt(record: SQSRecord): number | undefined {
  const timestamp = Number(record.attributes?.SentTimestamp);
  return Number.isSafeInteger(timestamp) && timestamp > 0 ? timestamp : undefined;
}

/** A count in a body, whatever a sender wrote there: a whole number, 0 where it is none. */
export function countOf(value: unknown): number {
  const count = numberOf(value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
