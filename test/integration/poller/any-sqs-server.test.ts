import { expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { loadPoller } from "../../support/poller-bundle.ts";
import { useTarget } from "../sqs-conformance/target.ts";
import { startMixedBatch } from "./mixed-batch.ts";

const target = useTarget();

it("settles every kind of record in a batch on the SQS server in its environment", async () => {
  await using batch = await startMixedBatch(target);
  const handler = await loadPoller({
    ...batch.environment,
    AWS_ENDPOINT_URL_SQS: target.endpoint,
  });
  expect(await handler(batch.event, lambdaContext())).toEqual({ batchItemFailures: [] });
  await batch.expectSettled();
});

it("retries a record in seconds when the server refused its outcome", async () => {
  await using batch = await startMixedBatch(target);
  const missing = `${batch.environment.OUTCOME_QUEUE_URL}-not`;
  const handler = await loadPoller({
    ...batch.environment,
    OUTCOME_QUEUE_URL: missing,
    AWS_ENDPOINT_URL_SQS: target.endpoint,
  });
  const { batchItemFailures } = await handler(batch.event, lambdaContext());
  const failed = batch.event.Records.filter(({ body }) => /done|failing/.test(body));
  expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual(
    failed.map(({ messageId }) => messageId).sort(),
  );
  const back = [];
  while (back.length < 3) back.push(await target.receiveOne(batch.environment.QUEUE_URL ?? ""));
  expect(back.map(({ Body }) => JSON.parse(Body).pollId).sort()).toEqual([
    "done",
    "failing",
    "pending",
  ]);
});
