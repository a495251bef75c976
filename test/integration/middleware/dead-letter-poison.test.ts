import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../../lib/log/logger.ts";
import { deadLetterPoison, eachRecord, PoisonRecordError } from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";

let queues: LocalQueues;
beforeEach(async () => {
  queues = await startLocalQueues();
});
afterEach(() => queues.close());

const run = async (event: SQSEvent, handle: Parameters<typeof eachRecord>[0]) => {
  const logged: LogEntry[] = [];
  const options = { queueUrl: queues.deadLetterQueueUrl, client: queues.sqs };
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(deadLetterPoison({ ...options, logger: (entry) => logged.push(entry) }))
    .handler(eachRecord(handle));
  return { response: await handler(event, lambdaContext()), logged };
};

const poison = () => {
  throw new PoisonRecordError("order: must have a number");
};

describe("deadLetterPoison", () => {
  it("sends a poison record to the dead-letter queue, body and attributes unchanged, and acknowledges it", async () => {
    const MessageAttributes = { tenant: { DataType: "String", StringValue: "a" } };
    const event = await queues.event({ MessageBody: "{not json", MessageAttributes });
    const { response, logged } = await run(event, poison);

    expect(response).toEqual({ batchItemFailures: [] });
    const [letter] = await queues.receive(queues.deadLetterQueueUrl);
    expect(letter?.Body).toBe("{not json");
    expect(letter?.MessageAttributes).toMatchObject({
      ...MessageAttributes,
      status: { StringValue: "poison" },
      reason: { StringValue: "order: must have a number" },
    });
    expect(logged).toEqual([
      {
        level: "WARN",
        message: "record dead-lettered",
        messageId: event.Records[0]?.messageId,
        status: "poison",
        reason: "order: must have a number",
      },
    ]);
  });

  it("ignores records that failed in any other way", async () => {
    const event = await queues.event("{}");
    const { response } = await run(event, () => {
      throw new Error("not now");
    });
    expect(response.batchItemFailures).toHaveLength(1);
    expect(queues.calls).toEqual([]);
  });

  it("reports a record as failed when SQS refused it", async () => {
    const event = await queues.event("1", "2");
    queues.fail({ entry: (_action, _queue, id) => (id === "0" ? "InternalError" : undefined) });
    const { response, logged } = await run(event, poison);
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }],
    });
    expect(logged.map(({ level }) => level)).toEqual(["ERROR", "WARN"]);
  });

  it("sends a body of 1 MiB, which leaves no room for the reason", async () => {
    const body = "x".repeat(1_048_576);
    const event = await queues.event(body);
    expect((await run(event, poison)).response).toEqual({ batchItemFailures: [] });
    const [letter] = await queues.receive(queues.deadLetterQueueUrl);
    expect(letter?.Body === body).toBe(true);
    expect(letter?.MessageAttributes).toBeUndefined();
  });

  it("sends a record that already has ten attributes", async () => {
    const MessageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "x" }]),
    );
    const event = await queues.event({ MessageBody: "{}", MessageAttributes });
    expect((await run(event, poison)).response).toEqual({ batchItemFailures: [] });
    const [letter] = await queues.receive(queues.deadLetterQueueUrl);
    expect(Object.keys(letter?.MessageAttributes ?? {})).toHaveLength(10);
  });
});

describe("deadLetterPoison, whatever it gets", () => {
  it("never throws: for an error of another copy of the package, a logger that throws, a broken record", async () => {
    const event = await queues.event("1", "2");
    const options = { queueUrl: queues.deadLetterQueueUrl, client: queues.sqs };
    const logger = () => {
      throw new Error("no log today");
    };
    const handler = middy()
      .use(sqsPartialBatchFailure({ logger: () => undefined }))
      .use(deadLetterPoison({ ...options, logger }))
      .handler(
        eachRecord(() => {
          throw Object.assign(new Error("other copy"), { name: "PoisonRecordError" });
        }),
      );
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    const letters = await queues.receive(queues.deadLetterQueueUrl);
    expect(letters.map(({ MessageAttributes }) => MessageAttributes?.status?.StringValue)).toEqual([
      "poison",
      "poison",
    ]);
  });
});
