import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const QueueUrl = process.env.QUEUE_URL;

/** A typical first version: one record after another, one SendMessage each. */
export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const batchItemFailures = [];
  for (const { messageId, body } of event.Records) {
    try {
      const message = JSON.parse(body);
      const response = await fetch(message.request.url);
      await response.text();
      if (response.status === 202) {
        const MessageBody = JSON.stringify({ ...message, retryCount: message.retryCount + 1 });
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds: 30 }));
      }
    } catch {
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
