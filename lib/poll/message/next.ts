import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { type JsonObject, numberOf } from "../../json.ts";
import { MAX_WAIT_SECONDS } from "../../limits.ts";
import { checkOptions } from "../../options/check-options.ts";
import { functionOption } from "../../options/option-schemas.ts";

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
  /**
   * The fence that the records are claimed in: it knows what the next message has to carry, and what is held before it
   * has claimed stays the copy that it is.
   */
  readonly fence?: {
    readonly successorOf: (record: SQSRecord) => JsonObject | undefined;
  };
  /** Makes an id that no other copy has. `@default` a random UUID */
  readonly newCopyId?: () => string;
}

const optionSchema = z.strictObject({
  fence: z.optional(
    z.custom(
      (value) => typeof value === "object" && value !== null && "successorOf" in value,
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
    const dueAt = step.kind === "pending" ? step.dueAt : saidDueAt(body, step.record);
    const named = {
      ...nextBody(body, step),
      ...(dueAt === undefined ? {} : { dueAt }),
      pollId: body.pollId ?? step.record.messageId,
      startedAt: startedAtOf(body, step.record) ?? body.startedAt,
    };
    const successor = fence?.successorOf(step.record);
    // Each claim of a sequence is one copy's. A copy that got ahead by holds alone would be claimed beside another.
    if (fence && step.kind === "held" && successor === undefined) return named;
    const sequence = countOf(body.sequence) + 1;
    return { ...named, sequence, copyId: newCopyId(), ...successor };
  };
}

/**
 * When a record was due, in epoch ms: what its body says, but no more than twelve hours from when it was sent, as a
 * sender can write there what it likes; of a message that was never requeued, when it was sent. `undefined` where a
 * requeue has left neither.
 */
export function dueAtOf(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const said = saidDueAt(body, record);
  const sent = sentAt(record);
  if (said === undefined || sent === undefined) return said;
  return between(sent - MAX_WAIT_MS, said, sent + MAX_WAIT_MS);
}

function saidDueAt(body: JsonObject | undefined, record: SQSRecord): number | undefined {
  const { dueAt, notBefore, sequence, retryCount } = body ?? {};
  const wasRequeued = sequence !== undefined || retryCount !== undefined;
  return numberOf(dueAt) ?? numberOf(notBefore) ?? (wasRequeued ? undefined : sentAt(record));
}

/**
 * When a record's poll started, in epoch ms: what its body says, never later than the message was sent, and of a
 * submission no more than the twelve hours earlier that one can be held; else when it was sent.
 */
export function startedAtOf(body: JsonObject, record: SQSRecord): number | undefined {
  const sent = sentAt(record);
  const said = numberOf(body.startedAt);
  if (said === undefined || sent === undefined) return said ?? sent;
  return between(isSubmission(body) ? sent - MAX_WAIT_MS : 0, said, sent);
}

const MAX_WAIT_MS = MAX_WAIT_SECONDS * 1000;

function between(least: number, value: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** When a record's message was sent, in epoch ms; `undefined` where the record does not say. */
export function sentAt(record: SQSRecord): number | undefined {
  const timestamp = Number(record.attributes?.SentTimestamp);
  return Number.isSafeInteger(timestamp) && timestamp > 0 ? timestamp : undefined;
}

/**
 * Whether a body is a submission: the poller has never sent it, or sent it back as it was before the first request.
 * What it says of its own sequence then counts as little as in any other message of a sender.
 */
export function isSubmission({ copyId, sequence }: JsonObject): boolean {
  return typeof copyId !== "string" || copyId === "" || countOf(sequence) === 0;
}

/** A count in a body, whatever a sender wrote there: a whole number, 0 where it is none. */
export function countOf(value: unknown): number {
  const count = numberOf(value);
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : 0;
}
