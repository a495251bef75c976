import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { completed, deliverOutcomes, eachRecord, pending, requeuePending } from "request-poller";
import { createTestQueue, runStack } from "request-poller/testing";
import { expect, it } from "vitest";

it("asks every ten minutes for three days, though SQS refuses one requeue and an invocation crashes", async () => {
  const queue = createTestQueue();
  const outcomes = createTestQueue({ clock: queue.clock });
  const { client, clock } = queue;
  const asked: number[] = [];
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => {} }))
    .use(deliverOutcomes({ queueUrl: outcomes.url, client }))
    .use(requeuePending({ queueUrl: queue.url, client, now: clock.now }))
    .handler(
      eachRecord(({ body }) => {
        asked.push(clock.now());
        const { retryCount = 0 } = JSON.parse(body);
        return retryCount < 400 ? pending({ delaySeconds: 600 }) : completed({ done: true });
      }, clock),
    );
  const stack = runStack(handler, { queue });

  queue.send({ job: 7 });
  queue.refuseEntries(1);
  await stack.advance("1h");
  stack.crashAfter(0);
  await stack.advance("3d");

  expect(outcomes.sent.map(({ body }) => JSON.parse(body))).toEqual([{ done: true }]);
  expect(asked).toHaveLength(402);
  expect(queue.messages()).toEqual([]);
});
