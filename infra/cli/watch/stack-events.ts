import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { failedRecords } from "../../local/event-source-mapping/failed-records.ts";
import type { LocalInvocation } from "../../local/stack.ts";

/** What can be seen of polls from outside the function. */
export type StackEvent =
  /** A record was asked or held, and its next message is in the queue. `at`: epoch ms. */
  | { readonly kind: "requeued"; readonly record: SQSRecord; readonly at: number }
  /** A record could not be processed; SQS hands it over again. */
  | { readonly kind: "rejected"; readonly record: SQSRecord }
  /** A message on the outcome queue, as it is. */
  | { readonly kind: "outcome"; readonly body: string }
  /** A message on the dead-letter queue: its body as it was sent, and why it is there. */
  | { readonly kind: "dead letter"; readonly body: string; readonly reason: string }
  /** An invocation failed as a whole: the function crashed or ran out of time. */
  | { readonly kind: "crashed"; readonly error: string };

const namedSchema = z.object({ pollId: z.string() });

/**
 * Tells what an invocation did with its records.
 *
 * @param endedPolls What {@link endedPoll} says of each outcome and dead letter seen so far, those of this
 *   invocation included: a record that neither failed nor ended was requeued.
 * @param at When the invocation ended, epoch ms.
 */
export function eventsOf(
  { records, response, error }: Pick<LocalInvocation, "records" | "response" | "error">,
  endedPolls: ReadonlySet<string>,
  at: number,
): StackEvent[] {
  if (error !== undefined) return [{ kind: "crashed", error }];
  const failed = failedRecords(JSON.stringify(response), records).messageIds;
  return records.flatMap((record): StackEvent[] => {
    if (failed.has(record.messageId)) return [{ kind: "rejected", record }];
    const names = [pollIdIn(record.body), record.messageId, record.body];
    return names.some((name) => name !== undefined && endedPolls.has(name))
      ? []
      : [{ kind: "requeued", record, at }];
  });
}

/** What an outcome or a dead letter's record is known by: an outcome's `pollId`, a dead letter's whole body. */
export function endedPoll(event: StackEvent): string | undefined {
  if (event.kind === "outcome") return pollIdIn(event.body);
  return event.kind === "dead letter" ? event.body : undefined;
}

/** The `pollId` in a message's body; `undefined` when it has none or is not JSON. */
export function pollIdIn(body: string): string | undefined {
  try {
    return namedSchema.safeParse(JSON.parse(body)).data?.pollId;
  } catch {
    return undefined;
  }
}
