import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { failedRecords } from "../../local/event-source-mapping/failed-records.ts";
import type { LookedAtMessage } from "../../local/sqs/look.ts";
import type { LocalInvocation } from "../../local/stack.ts";

/** An event of a poll that is visible from outside the function. */
export type StackEvent =
  /** A record was asked or held, and its next message is in the queue. */
  | { readonly kind: "requeued"; readonly next: QueuedMessage }
  /** A record could not be processed; SQS delivers it again. */
  | { readonly kind: "rejected"; readonly record: SQSRecord }
  /** A message arrived on the outcome queue. */
  | { readonly kind: "outcome"; readonly body: string }
  /** A message arrived on the dead-letter queue: its original body, and the reason. */
  | { readonly kind: "dead letter"; readonly body: string; readonly reason: string }
  /** An invocation failed as a whole: the function crashed or ran out of time. */
  | { readonly kind: "crashed"; readonly error: string };

/** A message in the poll queue. */
export type QueuedMessage = Pick<LookedAtMessage, "body" | "visibleAt">;

const namedSchema = z.object({ pollId: z.string() });

/**
 * Derives events from an invocation and its records. The end of a poll is an event of another queue.
 *
 * @param queued The messages in the poll queue after the invocation: a record that did not fail was requeued if its
 *   poll has a message there.
 */
export function eventsOf(
  { records, response, error }: Pick<LocalInvocation, "records" | "response" | "error">,
  queued: readonly QueuedMessage[],
): StackEvent[] {
  if (error !== undefined) return [{ kind: "crashed", error }];
  const failed = failedRecords(JSON.stringify(response), records).messageIds;
  const messages = new Map(queued.map((message) => [pollIdIn(message.body), message]));
  return records.flatMap((record): StackEvent[] => {
    if (failed.has(record.messageId)) return [{ kind: "rejected", record }];
    const next = messages.get(pollIdIn(record.body) ?? record.messageId);
    return next === undefined ? [] : [{ kind: "requeued", next }];
  });
}

/** The `pollId` in a message's body, or `undefined` when it has none or is not JSON. */
export function pollIdIn(body: string): string | undefined {
  try {
    return namedSchema.safeParse(JSON.parse(body)).data?.pollId;
  } catch {
    return undefined;
  }
}
