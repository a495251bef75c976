import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSEvent, SQSRecord } from "aws-lambda";

const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });
const QueueUrl = process.env.QUEUE_URL;
const processor = new BatchProcessor(EventType.SQS);

/** Powertools batch without our middlewares: all records at once, one SendMessage per record. */
export const handler = (event: SQSEvent, context: Context) =>
  processPartialResponse(event, poll, processor, { context });

async function poll({ body }: SQSRecord): Promise<void> {
  const message = JSON.parse(body);
  const response = await fetch(message.request.url);
  await response.text();
  if (response.status !== 202) return;
  const MessageBody = JSON.stringify({ ...message, retryCount: message.retryCount + 1 });
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds: 30 }));
}
