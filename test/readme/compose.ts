import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSRecord } from "aws-lambda";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  PoisonRecordError,
  pending,
  requeuePending,
} from "request-poller";

const { QUEUE_URL = "", OUTCOME_QUEUE_URL = "", DEAD_LETTER_QUEUE_URL = "" } = process.env;
const client = new SQSClient({ useQueueUrlAsEndpoint: false });

export const watchRender = async (record: SQSRecord, { signal }: { signal: AbortSignal }) => {
  const { renderUrl } = JSON.parse(record.body);
  if (typeof renderUrl !== "string") throw new PoisonRecordError("renderUrl: must be a string");
  const render = await fetch(renderUrl, { signal });
  if (render.status === 202) return pending({ delaySeconds: 30 });
  return completed({ renderUrl, done: render.ok });
};

export const handler = middy()
  .use(sqsPartialBatchFailure())
  .use(failureBackoff({ queueUrl: QUEUE_URL, client }))
  .use(deadLetterPoison({ queueUrl: DEAD_LETTER_QUEUE_URL, client }))
  .use(deliverOutcomes({ queueUrl: OUTCOME_QUEUE_URL, client }))
  .use(requeuePending({ queueUrl: QUEUE_URL, client }))
  .handler(eachRecord(watchRender));
