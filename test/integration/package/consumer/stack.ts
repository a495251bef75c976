import { Logger } from "@aws-lambda-powertools/logger";
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import {
  completed,
  createFence,
  deadLetterPoison,
  decideOutcomes,
  deliverOutcomes,
  dynamoDbTable,
  eachRecord,
  failureBackoff,
  fenced,
  type LogEntry,
  type Outcome,
  type PollMessage,
  pending,
  pollingMiddleware,
  type Logger as RequestPollerLogger,
  recordMetrics,
  requeuePending,
  type SettledRecord,
  settleLeases,
} from "request-poller";
import { createPollClient, type PollStatus } from "request-poller/client";
import { createTestQueue, lambdaContext, runStack, sqsEvent } from "request-poller/testing";

const queueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/polls";
const logger = new Logger({ serviceName: "renders" });
const handle = (record: SQSRecord) => (record.body === "" ? completed() : pending());

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(pollingMiddleware({ queueUrl, logger }))
  .handler(eachRecord(handle));

const fence = createFence({ table: dynamoDbTable({ tableName: "polls" }), logger });
export const listed = middy<SQSEvent, SQSBatchResponse>()
  .use(sqsPartialBatchFailure())
  .use(failureBackoff({ queueUrl, logger }))
  .use(deadLetterPoison({ queueUrl, logger }))
  .use(recordMetrics({ namespace: "Renders", logger }))
  .use(settleLeases({ fence, logger }))
  .use(deliverOutcomes({ queueUrl, logger }))
  .use(decideOutcomes({ fence, logger }))
  .use(requeuePending({ queueUrl, logger }))
  .handler(eachRecord(fenced(handle, { fence })));

export const untyped = middy().use(requeuePending({ queueUrl })).handler(eachRecord(handle));

export async function answer(event: SQSEvent, context: Context): Promise<string[]> {
  const { batchItemFailures } = await handler(event, context);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

export async function settledResults(): Promise<SettledRecord[]> {
  return eachRecord(handle)(sqsEvent(), lambdaContext());
}

const write = ({ level, message }: LogEntry): void => console.log(level, message);
export const ownLogger: RequestPollerLogger = write;
export const message: PollMessage = { request: { url: "https://api.example.com" }, maxRetries: 3 };
export const statusOf = ({ status }: Outcome): string => status;
export const stack = runStack(handler, { queue: createTestQueue() });

// @ts-expect-error a delay is a number: the types exist, and are not `any`
pending({ delaySeconds: "30" });
// @ts-expect-error an unknown option
pollingMiddleware({ queueUrl, outcomesQueueUrl: queueUrl });
// @ts-expect-error queueUrl is required
createTestQueue().send();

const client = createPollClient({ queueUrl, tableName: "polls" });
export const submitted: Promise<string> = client.submit({
  request: { url: "https://example.com/" },
});
export const submittedAll: Promise<string[]> = client.submit([
  { start: { url: "https://a.example/" } },
]);
export const whereItIs: Promise<PollStatus | undefined> = client.status("a");
export const ended: Promise<Outcome> = client.waitFor("a", { timeoutMs: 1000 });
// @ts-expect-error: a message needs URLs
export const wrong = client.submit({ request: {} });
