import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  type Outcome,
  pending,
  requeuePending,
} from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";

let queues: LocalQueues;
beforeEach(async () => {
  queues = await startLocalQueues();
});
afterEach(() => queues.close());

type Handle = Parameters<typeof eachRecord>[0];

const outcome = (status: Outcome["status"], more: Partial<Outcome> = {}): Outcome => ({
  outcomeId: "job-1@2026-01-01T00:00:00.000Z",
  pollId: "job-1",
  status,
  retryCount: 2,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: "2026-01-01T00:01:00.000Z",
  ...more,
});

const run = (event: SQSEvent, handle: Handle, withOutcomeQueue = true) => {
  const { queueUrl, outcomeQueueUrl, deadLetterQueueUrl, sqs: client, now } = queues;
  const logger = () => undefined;
  return middy()
    .use(sqsPartialBatchFailure({ logger }))
    .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger }))
    .use(deliverOutcomes({ client, ...(withOutcomeQueue && { queueUrl: outcomeQueueUrl }) }))
    .use(requeuePending({ queueUrl, client, now }))
    .handler(eachRecord(handle, { now }))(event, lambdaContext());
};

describe("deliverOutcomes", () => {
  it("delivers an outcome, with status and pollId as message attributes", async () => {
    const delivered = outcome("succeeded", { result: { size: 3 }, context: { id: 7 } });
    const event = await queues.event("{}");
    expect(await run(event, () => completed(delivered))).toEqual({ batchItemFailures: [] });

    const [message] = await queues.receive(queues.outcomeQueueUrl);
    expect(JSON.parse(message?.Body ?? "")).toEqual(delivered);
    expect(message?.MessageAttributes).toMatchObject({
      status: { StringValue: "succeeded" },
      pollId: { StringValue: "job-1" },
    });
  });

  it("refuses at once to allow webhooks without the queue that delivers to them", () => {
    const allow = ["webhook"];
    expect(() => deliverOutcomes({ allow })).toThrow(TypeError);
    expect(() => deliverOutcomes({ allow })).toThrow(/pollQueueUrl must be the poll queue's URL/);
    expect(deliverOutcomes({ allow, pollQueueUrl: queues.queueUrl })).toBeDefined();
    expect(deliverOutcomes({ allow: ["taskToken"] })).toBeDefined();
  });

  it("delivers any JSON of a composer, and nothing for a record that completed without an outcome", async () => {
    const event = await queues.event("1", "2");
    await run(event, ({ body }) => (body === "1" ? completed({ mine: true }) : completed()));
    const messages = await queues.receive(queues.outcomeQueueUrl);
    expect(messages.map(({ Body }) => Body)).toEqual(['{"mine":true}']);
  });

  it("delivers the exhausted outcome of a record without retries left", async () => {
    const event = await queues.event('{"maxRetries":1,"retryCount":1,"context":9007199254740993}');
    await run(event, () => pending());
    const [message] = await queues.receive(queues.outcomeQueueUrl);
    expect(JSON.parse(message?.Body ?? "")).toMatchObject({
      status: "exhausted",
      retryCount: 1,
      pollId: event.Records[0]?.messageId,
    });
    expect(message?.Body).toContain('"context":9007199254740993');
  });

  it("rejects only the record whose outcome SQS refused", async () => {
    const event = await queues.event("1", "2", "3");
    queues.fail({ entry: (_action, _queue, id) => (id === "1" ? "InternalError" : undefined) });
    const response = await run(event, () => completed(outcome("succeeded")));
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[1]?.messageId }],
    });
    queues.fail({});
    expect(await queues.receive(queues.outcomeQueueUrl)).toHaveLength(2);
  });

  it("cuts an outcome to the size that SQS accepts", async () => {
    const body = "ü".repeat(600_000);
    const response = { status: 200, headers: {}, body };
    const event = await queues.event("{}");
    await run(event, () => completed(outcome("succeeded", { response, context: 1 })));
    const [message] = await queues.receive(queues.outcomeQueueUrl);
    const { outcomeId: _, ...cut } = JSON.parse(message?.Body ?? "");
    expect(cut).toMatchObject({ truncated: true, context: 1, response: { status: 200 } });
    expect(cut.response).not.toHaveProperty("body");
  });

  it("rejects only the record whose outcome has no JSON form", async () => {
    const event = await queues.event("1", "2");
    const response = await run(event, ({ body }) =>
      completed(body === "1" ? { big: 1n } : { fine: true }),
    );
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }],
    });
  });

  describe("without an outcome queue", () => {
    it.each(["failed", "exhausted", "expired"] as const)(
      "dead-letters a poll that ended as %s, with its message as received",
      async (status) => {
        const event = await queues.event('{"job": 1}');
        const error = { name: "HttpStatusError", message: "the server answered 404" };
        const response = await run(event, () => completed(outcome(status, { error })), false);

        expect(response).toEqual({ batchItemFailures: [] });
        const [message] = await queues.receive(queues.deadLetterQueueUrl);
        expect(message?.Body).toBe('{"job": 1}');
        expect(message?.MessageAttributes).toMatchObject({
          status: { StringValue: status },
          reason: { StringValue: "the server answered 404" },
        });
      },
    );

    it("acknowledges a poll that succeeded", async () => {
      const event = await queues.event("{}");
      expect(await run(event, () => completed(outcome("succeeded")), false)).toEqual({
        batchItemFailures: [],
      });
      expect(queues.calls).toEqual([]);
    });
  });
});
