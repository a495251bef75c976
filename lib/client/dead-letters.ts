import type { Message } from "@aws-sdk/client-sqs";
import { readBody } from "../batch/record-facts.ts";

/** A message in the dead-letter queue. */
export interface DeadLetter {
  /** Names it in `redrive`. */
  readonly messageId: string;
  readonly body: string;
  /** Absent when the message has none that can be read. */
  readonly pollId?: string;
  /**
   * `poison`: the message is wrong. `undelivered`: its body is the outcome, which a destination refuses. `unprocessed`:
   * it failed so often that SQS moved it here. Otherwise the status that the poll's outcome has.
   */
  readonly status: string;
  /** Why it is here. */
  readonly reason: string;
  /** When it was put here, or, if SQS moved it, when it was last sent to its queue; ISO 8601. */
  readonly sentAt: string;
  /** How many times it was received; each look counts. */
  readonly receiveCount: number;
}

/** Reads a dead letter; a letter that other programs put there has the parts that it has. */
export function deadLetterOf({ MessageId = "", Body = "", ...message }: Message): DeadLetter {
  const { Attributes: system = {}, MessageAttributes: own = {} } = message;
  const wasMoved = system.DeadLetterQueueSourceArn !== undefined;
  const said = readBody(Body).body?.pollId;
  const pollId = typeof said === "string" ? said : wasMoved ? MessageId : undefined;
  // A letter that was redriven has the attributes of its first time still.
  const { status, reason } = wasMoved ? UNPROCESSED : textsOf(own);
  return {
    messageId: MessageId,
    body: Body,
    ...(pollId === undefined ? {} : { pollId }),
    status,
    reason,
    sentAt: new Date(Number(system.SentTimestamp ?? 0)).toISOString(),
    receiveCount: Number(system.ApproximateReceiveCount ?? 0),
  };
}

const UNPROCESSED = {
  status: "unprocessed",
  reason: "it failed each time it was received, and SQS moved it here; the function's log says why",
};

function textsOf({ status, reason }: Message["MessageAttributes"] & object) {
  return {
    status: status?.StringValue ?? "unknown",
    reason: reason?.StringValue ?? "its sender did not say",
  };
}

/** Whether a letter has this status, or a reason with this text in it, in upper or lower case. */
export function hasReason(
  { status, reason }: Pick<DeadLetter, "status" | "reason">,
  text: string,
): boolean {
  return status === text || reason.toLowerCase().includes(text.toLowerCase());
}

/** Whether the body of a letter is an outcome, which cannot be polled. */
export function holdsOutcome({ status }: Pick<DeadLetter, "status">): boolean {
  return status === "undelivered";
}
