import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { completed, eachRecord, held, pending, requeuePending } from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";

let queues: LocalQueues;
beforeEach(async () => {
  queues = await startLocalQueues();
});
afterEach(() => queues.close());

type Handle = Parameters<typeof eachRecord>[0];

const run = async (event: SQSEvent, handle: Handle): Promise<SQSBatchResponse> => {
  const { queueUrl, sqs: client, now } = queues;
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(requeuePending({ queueUrl, client, now }))
    .handler(eachRecord(handle, { now }));
  return handler(event, lambdaContext());
};

const bodies = async () => {
  const messages = await queues.receive(queues.queueUrl);
  return messages.map(({ Body = "" }) => JSON.parse(Body));
};

describe("requeuePending", () => {
  it("requeues a pending record after its delay, with retryCount raised and the rest unchanged", async () => {
    const event = await queues.event('{"job":12345678901234567890,"retryCount":4}');
    const response = await run(event, () => pending({ delaySeconds: 30 }));

    expect(response).toEqual({ batchItemFailures: [] });
    queues.advance(29_000);
    expect(await queues.receive(queues.queueUrl)).toEqual([]);
    queues.advance(1000);
    const [message] = await queues.receive(queues.queueUrl);
    expect(message?.Body).toBe('{"job":12345678901234567890,"retryCount":5}');
  });

  it("requeues a held record unchanged", async () => {
    const event = await queues.event('{"job":1,"retryCount":4}');
    await run(event, () => held());
    expect(await bodies()).toEqual([{ job: 1, retryCount: 4 }]);
  });

  it("requeues neither completed nor rejected records", async () => {
    const event = await queues.event('{"job":1}', '{"job":2}');
    const response = await run(event, ({ body }) => {
      if (body.includes("1")) return completed();
      throw new Error("not now");
    });
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: event.Records[1]?.messageId }]);
    expect(queues.calls).toEqual([]);
  });

  it("keeps message attributes and a fair queue's MessageGroupId", async () => {
    const MessageAttributes = {
      tenant: { DataType: "String", StringValue: "a" },
      weight: { DataType: "Number.float", StringValue: "1.50" },
      proof: { DataType: "Binary", BinaryValue: Buffer.from([0, 255, 1]) },
    };
    const event = await queues.event({
      MessageBody: "{}",
      MessageGroupId: "tenant-a",
      MessageAttributes,
    });
    await run(event, () => pending());

    const [message] = await queues.receive(queues.queueUrl);
    expect(message?.Attributes?.MessageGroupId).toBe("tenant-a");
    expect(message?.MessageAttributes).toMatchObject({
      ...MessageAttributes,
      proof: { DataType: "Binary", BinaryValue: Uint8Array.from([0, 255, 1]) },
    });
  });

  it("makes a wait of more than 900 s from hops, and processes nothing before it ends", async () => {
    const asked: number[] = [];
    const handle: Handle = () => {
      asked.push(queues.now());
      return asked.length === 1 ? pending({ delaySeconds: 2000 }) : completed();
    };
    const start = queues.now();
    await run(await queues.event('{"job":1}'), handle);
    for (const hopMs of [900_000, 900_000, 200_000]) {
      queues.advance(hopMs);
      await run(await queues.event(), handle);
    }
    expect(asked.map((at) => at - start)).toEqual([0, 2_000_000]);
    expect(await bodies()).toEqual([]);
  });

  it("sends nothing for a record whose retryCount has reached its maxRetries", async () => {
    const event = await queues.event('{"maxRetries":3,"retryCount":3}');
    const [record] = event.Records;
    // The stack has no deliverOutcomes, so the outcome would be lost.
    expect(await run(event, () => pending())).toEqual({
      batchItemFailures: [{ itemIdentifier: record?.messageId }],
    });
    expect(queues.calls).toEqual([]);
  });

  it("sends 100 pending records in 10 calls", async () => {
    const event = await queues.event(...Array.from({ length: 100 }, (_, job) => `{"job":${job}}`));
    await run(event, () => pending());

    expect(queues.calls).toEqual(Array(10).fill("SendMessageBatch"));
    const requeued = await bodies();
    expect(requeued.map(({ job }) => job).sort((a, b) => a - b)).toEqual([...Array(100).keys()]);
  });

  it("splits batches by size too: three messages of 500 KiB need two calls", async () => {
    const large = JSON.stringify({ text: "x".repeat(500 * 1024) });
    const event = await queues.event(large, large, large);
    expect(await run(event, () => pending())).toEqual({ batchItemFailures: [] });
    expect(queues.calls).toEqual(["SendMessageBatch", "SendMessageBatch"]);
  });

  it("rejects only the record whose entry SQS refused", async () => {
    const event = await queues.event(...Array.from({ length: 10 }, (_, job) => `{"job":${job}}`));
    queues.fail({ entry: (_action, _queue, id) => (id === "3" ? "InternalError" : undefined) });
    const response = await run(event, () => pending());

    expect(response.batchItemFailures).toEqual([{ itemIdentifier: event.Records[3]?.messageId }]);
    queues.fail({});
    expect(await queues.receive(queues.queueUrl)).toHaveLength(9);
  });

  it("rejects only the ten records of a failed call", async () => {
    const event = await queues.event(...Array.from({ length: 20 }, (_, job) => `{"job":${job}}`));
    let failed = false;
    queues.fail({
      call: () => {
        if (failed) return undefined;
        failed = true;
        return { code: "InternalError" };
      },
    });
    const response = await run(event, () => pending());

    expect(response.batchItemFailures).toHaveLength(10);
    expect(await queues.receive(queues.queueUrl)).toHaveLength(10);
  });

  it("requeues a record once that occurs twice in a batch, and reports both when that fails", async () => {
    const event = await queues.event('{"job":1}');
    const twice = { Records: [...event.Records, ...event.Records] };
    await run(twice, () => pending());
    expect(await bodies()).toEqual([{ job: 1, retryCount: 1 }]);

    queues.fail({ entry: () => "InternalError" });
    const response = await run(twice, () => pending());
    const itemIdentifier = event.Records[0]?.messageId;
    expect(response.batchItemFailures).toEqual([{ itemIdentifier }, { itemIdentifier }]);
  });

  it("rejects a pending record whose body cannot contain retryCount", async () => {
    const event = await queues.event("plain text", '{"job":1}');
    const response = await run(event, () => pending());
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: event.Records[0]?.messageId }]);
  });

  it("refuses wrong and unknown options when the stack is built", () => {
    const { queueUrl } = queues;
    expect(() => requeuePending({ queueUrl: "polls" })).toThrow("queueUrl must be a queue URL");
    expect(() => requeuePending({ queueUrl: `${queueUrl}.fifo` })).toThrow("standard queue");
    const unknown = { queueUrl, delay: 3 };
    expect(() => requeuePending(unknown)).toThrow("requeuePending: unknown option delay");
  });
});
