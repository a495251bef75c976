import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { countOf, saidDueAt, startedAtOf } from "../../batch/poll-facts.ts";
import type { JsonObject } from "../../json/json.ts";
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
