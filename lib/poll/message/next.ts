import { randomUUID } from "node:crypto";
import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { countOf, saidDueAt, startedAtOf } from "../../batch/poll-facts.ts";
import { recordFacts } from "../../batch/record-facts.ts";
import type { Held, Pending } from "../../batch/record-result.ts";
import { historyAfter } from "../../history/record-progress.ts";
import type { JsonObject } from "../../json/json.ts";
import { checkOptions } from "../../options/check-options.ts";
import { functionOption } from "../../options/option-schemas.ts";
import { attributesSize, attributesToSend } from "../../sqs/message-attributes.ts";

/** Makes the body of the requeued message from the body that was received. */
export type NextBody = (body: JsonObject, step: RequeueStep) => JsonObject;

/** The step from one message to the next. */
export interface RequeueStep {
  readonly record: SQSRecord;
  /** `pending`: a request was sent, which uses a retry; `held`: none was sent. */
  readonly kind: "pending" | "held";
  /** A pending record that uses no retry. */
  readonly usesNoRetry?: true;
  /** The end of the wait that the record's handler asked for, in whole epoch ms. */
  readonly dueAt: number;
  /** What the record's handler returned, and when, in epoch ms. Absent: the poll's history says nothing of it. */
  readonly result?: Pending | Held;
  readonly settledAt?: number;
}

/** The default next body: adds 1 to `retryCount` when a retry was used, and keeps the rest. */
export const nextBody: NextBody = (body, { kind, usesNoRetry }) =>
  kind === "held" || usesNoRetry ? body : { ...body, retryCount: countOf(body.retryCount) + 1 };

export interface NextPollMessageOptions {
  /**
   * The fence that the records are claimed in. It gives the fields that the next message needs. A record that is held
   * before its claim stays the same copy.
   */
  readonly fence?: {
    readonly successorOf: (record: SQSRecord, kind: RequeueStep["kind"]) => JsonObject | undefined;
    /** Whether messages carry the history of their poll. `@default` false */
    readonly keepsHistory?: boolean;
  };
  /** Makes a unique id for a copy. `@default` a random UUID */
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
 * Makes the function that writes a poll's next message: it adds 1 to `retryCount` if a request was sent, adds 1 to
 * `sequence`, sets a new `copyId`, and writes the poll's id into the body before the messageId changes. A fence needs
 * it, for your own message bodies too: `requeuePending({ queueUrl, next: nextPollMessage({ fence }) })`.
 *
 * `dueAt` is the time when the poll is due next. A hold does not change it, so the lateness of a poll that was held (no
 * time left, or its host asked for a pause) includes the time of the hold.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function nextPollMessage(options: NextPollMessageOptions = {}): NextBody {
  checkOptions("nextPollMessage", optionSchema, options);
  const { fence, newCopyId = randomUUID } = options;
  return (body, step) => {
    const dueAt = step.kind === "pending" ? step.dueAt : saidDueAt(body, step.record);
    const named = {
      ...nextBody(body, step),
      ...(fence?.keepsHistory && historyOf(step)),
      ...(dueAt === undefined ? {} : { dueAt }),
      pollId: body.pollId ?? step.record.messageId,
      startedAt: startedAtOf(body, step.record) ?? body.startedAt,
    };
    const successor = fence?.successorOf(step.record, step.kind);
    // Held before its claim, or after its poll's end: keeps its sequence. A copy that raised it by holds alone could be
    // claimed beside another.
    if (fence && step.kind === "held" && successor?.sequence === undefined) {
      return { ...named, ...successor };
    }
    const sequence = countOf(body.sequence) + 1;
    // Each claim so far is over, except the ones that a record held during its claim names.
    return { ...named, unaskedClaimIds: undefined, sequence, copyId: newCopyId(), ...successor };
  };
}

/** A message with more text or attributes than this has no room for its poll's history. */
const MOST_TEXT_LENGTH = 200_000;

function historyOf({ record, result, settledAt }: RequeueStep): JsonObject | undefined {
  if (result === undefined || settledAt === undefined) return undefined;
  const hasRoom =
    recordFacts(record).text.length <= MOST_TEXT_LENGTH &&
    attributesSize(attributesToSend(record.messageAttributes)) <= MOST_TEXT_LENGTH;
  const history = hasRoom ? historyAfter(record, result, settledAt) : "";
  return history === "" ? { history: undefined } : { history };
}
