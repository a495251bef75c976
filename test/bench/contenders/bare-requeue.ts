import http from "node:http";
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { inBatches } from "../../../lib/sqs/batches.ts";

const agent = new http.Agent({ keepAlive: true });
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, md5: false });
const QueueUrl = process.env.QUEUE_URL;

/** The least that requeuing costs with the SDK: a bare GET per record, then each record sent back, ten per call. */
export async function handler({ Records }: SQSEvent): Promise<SQSBatchResponse> {
  const next = await Promise.all(
    Records.map(async ({ body }) => {
      const message = JSON.parse(body);
      await get(message.request.url);
      return JSON.stringify({ ...message, retryCount: message.retryCount + 1 });
    }),
  );
  const batches = inBatches(next.map((MessageBody) => ({ MessageBody, DelaySeconds: 30 })));
  await Promise.all(
    batches.map((batch) => send(batch.map((entry, index) => ({ Id: String(index), ...entry })))),
  );
  return { batchItemFailures: [] };
}

function get(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => response.resume().on("end", resolve));
    request.on("error", reject);
  });
}

function send(Entries: SendMessageBatchRequestEntry[]) {
  return sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
}
