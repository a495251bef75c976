import middy from "@middy/core";
import eventNormalizer from "@middy/event-normalizer";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { expect, it, onTestFinished } from "vitest";
import {
  completed,
  createFence,
  deadLetterPoison,
  decideOutcomes,
  deliverOutcomes,
  eachRecord,
  fenced,
  held,
  nextPollMessage,
  PoisonRecordError,
  pending,
  requeuePending,
  settleLeases,
} from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startLocalQueues } from "../../support/local-queues.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { startPollerWorld } from "../poller/poller-world.ts";

const LATER = Date.now() + 3_600_000;

it("a stack after Middy's event-normalizer requeues, holds, fences and dead-letters parsed bodies", async () => {
  const queues = await startLocalQueues();
  onTestFinished(() => queues.close());
  const { sqs: client, queueUrl, deadLetterQueueUrl, outcomeQueueUrl } = queues;
  const fence = createFence({ table: memoryTable() });
  const results: Record<string, () => ReturnType<typeof pending | typeof held | typeof completed>> =
    {
      pending: () => pending(),
      held: () => held(),
      done: () => completed({ done: true }),
      poison: () => {
        throw new PoisonRecordError("job: is poison");
      },
    };
  const asked: unknown[] = [];
  const handler = middy<SQSEvent>()
    .use(eventNormalizer())
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger: () => undefined }))
    .use(settleLeases({ fence }))
    .use(deliverOutcomes({ queueUrl: outcomeQueueUrl, client }))
    .use(decideOutcomes({ fence }))
    .use(requeuePending({ queueUrl, client, next: nextPollMessage({ fence }) }))
    .handler(
      eachRecord(
        fenced(
          ({ body }) => {
            const { job } = body as unknown as { job: string };
            asked.push(job);
            return results[job]?.() ?? completed();
          },
          { fence },
        ),
      ),
    );

  const jobs = ["pending", "held", "done", "poison"];
  const event = await queues.event(
    ...jobs.map((job) => JSON.stringify({ job, retryCount: 4, note: "\u{1F600}" })),
    JSON.stringify({ job: "early", notBefore: LATER }),
  );
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

  expect(asked).toEqual(jobs);
  const bodiesOf = async (url: string) =>
    (await queues.receive(url)).map(({ Body = "" }) => JSON.parse(Body));
  expect(await bodiesOf(queueUrl)).toEqual([
    expect.objectContaining({ job: "pending", retryCount: 5, note: "\u{1F600}", sequence: 1 }),
    expect.objectContaining({ job: "held", retryCount: 4, sequence: 1 }),
  ]);
  expect(await bodiesOf(deadLetterQueueUrl)).toEqual([
    { job: "poison", retryCount: 4, note: "\u{1F600}" },
  ]);
  expect(await bodiesOf(outcomeQueueUrl)).toEqual([{ done: true }]);
});

it("the built poller accepts parsed bodies", async () => {
  await using world = await startPollerWorld({
    "/done": () => ({ status: 200, body: { ok: true } }),
    "/pending": () => ({ status: 202 }),
  });
  const event = await world.queues.event(
    world.message("/done", { context: { order: 7 } }),
    world.message("/pending", { delaySeconds: 0 }),
    JSON.stringify({ request: { url: "file:///etc/passwd" } }),
  );
  for (const record of event.Records) record.body = JSON.parse(record.body);
  const handler = await world.load({ POLL_HOST_CONCURRENCY: "5", METRICS_NAMESPACE: "polls" });
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

  const { queues, bodies } = world;
  const read = async (url: string) => (await bodies(url)).map((body) => JSON.parse(body));
  expect(await read(queues.outcomeQueueUrl)).toMatchObject([
    { pollId: "done", status: "succeeded", context: { order: 7 } },
  ]);
  expect(await read(queues.queueUrl)).toMatchObject([{ pollId: "pending", retryCount: 1 }]);
  expect(await read(queues.deadLetterQueueUrl)).toEqual([
    { request: { url: "file:///etc/passwd" } },
  ]);
});
