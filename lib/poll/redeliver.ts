import type { SQSRecord } from "aws-lambda";
import { held } from "../batch/record-result.ts";
import type { AfterDelivery } from "../deliveries/after-delivery.ts";
import { MAX_BOOKKEEPING_BYTES, MAX_MESSAGE_BYTES } from "../limits.ts";
import { messageSize, type OutgoingMessage } from "../sqs/outgoing-message.ts";
import type { NextBody } from "./message/next.ts";
import { planRequeue } from "./requeue.ts";

/**
 * Plans the message that takes a record back to its queue, with what is left to deliver of its outcome. The record
 * stays the same copy of its poll, so the fence gives it the outcome again.
 *
 * @param isNamed whether the record's `deliver` names the destinations; otherwise the outcome queue is the only one
 * @param now in epoch ms
 * @throws {RangeError} when the outcome travels with the message, and does not fit
 */
export function planRedelivery(
  record: SQSRecord,
  { delaySeconds, remaining, undelivered }: AfterDelivery & { readonly kind: "later" },
  isNamed: boolean,
  now: number,
  next: NextBody,
): OutgoingMessage {
  const nextWithRest: NextBody = (body, step) => ({
    ...next(body, step),
    ...(isNamed ? { deliver: remaining } : {}),
    undelivered,
  });
  const requeue = planRequeue(record, held({ delaySeconds }), now, now, nextWithRest);
  if (requeue.kind !== "send") throw new TypeError("a record that is held is never exhausted");
  if (messageSize(requeue.message) > MAX_MESSAGE_BYTES - MAX_BOOKKEEPING_BYTES) {
    throw new RangeError("the outcome does not fit into the message that takes the record back");
  }
  return requeue.message;
}
