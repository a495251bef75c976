import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { deliverOutcomes, eachRecord, pending } from "request-poller";
import { createTestQueue, runStack } from "request-poller/testing";
import { expect, it } from "vitest";

it("explains where each record went, and which middleware is missing", async () => {
  const queue = createTestQueue({ name: "polls" });
  const outcomes = createTestQueue({ clock: queue.clock });
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => {} }))
    .use(deliverOutcomes({ queueUrl: outcomes.url, client: queue.client }))
    .handler(eachRecord(() => pending({ delaySeconds: 60 }), queue.clock));
  const stack = runStack(handler, { queue });

  queue.send({ job: 7 });
  await stack.advance("2s");

  expect(stack.explain()).toContain(
    "message-1: pending; it comes back, because no requeuePending is in the stack: add .use(requeuePending(...))",
  );
});
