import { SQSClient } from "@aws-sdk/client-sqs";
import middy from "@middy/core";
import type { SQSRecord } from "aws-lambda";
import {
  completed,
  createGuardedFetch,
  eachRecord,
  PoisonRecordError,
  pending,
  pollingMiddleware,
} from "request-poller";

const { QUEUE_URL = "", OUTCOME_QUEUE_URL = "", DEAD_LETTER_QUEUE_URL = "" } = process.env;
const client = new SQSClient({ useQueueUrlAsEndpoint: false });
// Whoever sends messages chooses the URLs: public addresses only, unless you say otherwise.
const guardedFetch = createGuardedFetch({
  allowPrivate: process.env.POLL_ALLOW_PRIVATE === "true",
  timeoutMs: 10_000,
});

export const watchRender = async (record: SQSRecord, { signal }: { signal: AbortSignal }) => {
  const { renderUrl } = JSON.parse(record.body);
  if (typeof renderUrl !== "string") throw new PoisonRecordError("renderUrl: must be a string");
  const render = await guardedFetch(renderUrl, { signal });
  if (render.status === 202) return pending({ delaySeconds: 30 });
  return completed({ renderUrl, done: render.ok });
};

export const handler = middy()
  .use(
    pollingMiddleware({
      queueUrl: QUEUE_URL,
      outcomeQueueUrl: OUTCOME_QUEUE_URL,
      deadLetterQueueUrl: DEAD_LETTER_QUEUE_URL,
      client,
    }),
  )
  .handler(eachRecord(watchRender));
