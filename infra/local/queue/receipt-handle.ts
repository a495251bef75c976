import { SqsError } from "./sqs-error.ts";

const PATTERN = /^([A-Za-z0-9_-]{1,80})\/([^/\s]+)\/(\d+)$/;

/** A receipt handle: opaque to clients, another one at each receive of the message. */
export function receiptHandle(queueName: string, messageId: string, receive: number): string {
  return Buffer.from(`${queueName}/${messageId}/${receive}`).toString("base64url");
}

/**
 * The message that a receipt handle of this queue stands for, whichever receive it is from:
 * a standard queue accepts old handles (API Reference, DeleteMessage).
 * @throws SqsError ReceiptHandleIsInvalid when it is no handle, or another queue's.
 */
export function messageIdOf(handle: string, queueName: string): string {
  const text = Buffer.from(handle, "base64url").toString();
  const [, queue, messageId, receive] = PATTERN.exec(text) ?? [];
  const own = queue === queueName && messageId !== undefined;
  if (!own || receiptHandle(queueName, messageId, Number(receive)) !== handle) {
    throw new SqsError(
      "ReceiptHandleIsInvalid",
      `The input receipt handle "${handle}" is not a receipt handle of queue ${queueName}.`,
    );
  }
  return messageId;
}
