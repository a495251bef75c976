import type { SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { failedRecords } from "../../local/event-source-mapping/failed-records.ts";
import type { LocalInvocation } from "../../local/stack.ts";

/** An event of a poll that is visible from outside the function. */
export type StackEvent =
  /** A record was asked or held, and its next message is in the queue. `at`: epoch ms. */
  | { readonly kind: "requeued"; readonly record: SQSRecord; readonly at: number }
  /** A record could not be processed; SQS delivers it again. */
  | { readonly kind: "rejected"; readonly record: SQSRecord }
  /** A message arrived on the outcome queue. */
  | { readonly kind: "outcome"; readonly body: string }
  /** A message arrived on the dead-letter queue: its original body, and the reason. */
  | { readonly kind: "dead letter"; readonly body: string; readonly reason: string }
  /** An invocation failed as a whole: the function crashed or ran out of time. */
  | { readonly kind: "crashed"; readonly error: string };

const namedSchema = z.object({ pollId: z.string() });

/**
 * Derives events from an invocation and its records.
 *
 * @param endedPolls The keys from {@link endedPoll} of all outcomes and dead letters so far, including those of this
 *   invocation: a record that neither failed nor ended was requeued.
 * @param at When the invocation ended, in epoch ms.
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

/** The key of an ended poll: the `pollId` of an outcome, or the whole body of a dead letter. */
export function endedPoll(event: StackEvent): string | undefined {
  if (event.kind === "outcome") return pollIdIn(event.body);
  return event.kind === "dead letter" ? event.body : undefined;
}

/** The `pollId` in a message's body, or `undefined` when it has none or is not JSON. */
export function pollIdIn(body: string): string | undefined {
  try {
    return namedSchema.safeParse(JSON.parse(body)).data?.pollId;
  } catch {
    return undefined;
  }
}
