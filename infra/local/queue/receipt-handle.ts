import { SqsError } from "./sqs-error.ts";

const PATTERN = /^([A-Za-z0-9_-]{1,80})\/([^/\s]+)\/(\d+)$/;

/** A receipt handle: opaque to clients, different for each receive of the message. */
export function receiptHandle(queueName: string, messageId: string, receive: number): string {
  return Buffer.from(`${queueName}/${messageId}/${receive}`).toString("base64url");
}

/**
 * The id of the message of a receipt handle of this queue, also for handles of earlier receives: a standard queue
 * accepts them (API Reference, DeleteMessage).
 * @throws SqsError ReceiptHandleIsInvalid when it is not a handle of this queue.
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
