import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { describe, expect, it, vi } from "vitest";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  pending,
  recordMetrics,
  requeuePending,
} from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsRecord } from "../../kit/index.ts";

const logger = () => undefined;

function createStacks() {
  const queue = createTestQueue();
  const outcomes = createTestQueue({ clock: queue.clock });
  const { client } = queue;
  const handle = vi.fn(({ body }: { body: string }) => {
    if (body.includes("pending")) return pending();
    if (body === "failed") throw new Error("not now");
    return body === "done" ? completed() : completed({ body });
  });
  const stackOf = (...used: middy.MiddlewareObj<SQSEvent>[]) =>
    middy<SQSEvent, SQSBatchResponse>()
      .use(sqsPartialBatchFailure({ logger }))
      .use(used)
      .handler(eachRecord(handle));
  const options = { queueUrl: queue.url, client, logger };
  const stacks = {
    "eachRecord alone": stackOf(),
    "one middleware": stackOf(failureBackoff(options)),
    "metrics alone": stackOf(recordMetrics({ namespace: "Any", write: () => undefined, logger })),
    "the whole stack": stackOf(
      failureBackoff(options),
      deadLetterPoison(options),
      deliverOutcomes({ ...options, queueUrl: outcomes.url }),
      requeuePending(options),
    ),
  };
  return { queue, outcomes, handle, stacks };
}
const { stacks: named } = createStacks();
const names = Object.keys(named) as (keyof typeof named)[];

describe("the bare list of records that an EventBridge Pipe sends", () => {
  it.each(names)("is accepted by %s", async (name) => {
    const { stacks } = createStacks();
    const bodies = name === "the whole stack" ? ["outcome", "failed"] : ["done", "failed"];
    const records = bodies.map((body) => sqsRecord({ messageId: body, body }));
    expect(await Reflect.apply(stacks[name], undefined, [records, lambdaContext()])).toEqual({
      batchItemFailures: [{ itemIdentifier: "failed" }],
    });
  });

  it("is requeued and delivered like any other", async () => {
    const { stacks, queue, outcomes } = createStacks();
    const records = ["outcome", '{"pending":1}'].map((body) => sqsRecord({ body }));
    await Reflect.apply(stacks["the whole stack"], undefined, [records, lambdaContext()]);
    expect([queue.sent.length, outcomes.sent.length]).toEqual([1, 1]);
  });
});

describe("an event without SQS records", () => {
  const record = sqsRecord({ body: "secret" });
  const { messageId: _id, ...withoutId } = record;
  const { body: _body, ...withoutBody } = record;
  const cases: [string, unknown, RegExp][] = [
    ["undefined", undefined, /got an object without keys$/],
    ["null", null, /got null$|null/],
    ["{}", {}, /got an object without keys$/],
    ["a text instead of a list", { Records: "secret" }, /got an object with the keys Records$/],
    ["null instead of a list", { Records: null }, /got an object with the keys Records$/],
    ["lower case", { records: [record] }, /got an object with the keys records$/],
    ["a list of texts", ["secret"], /record 0 is a string$/],
    ["a list with null", [record, null], /record 1 is null$/],
    ["an empty bare list", [], /got a list of 0$/],
    ["SNS", { Records: [{ EventSource: "aws:sns", Sns: {} }] }, /the keys EventSource, Sns$/],
    ["Kinesis", { Records: [{ kinesis: {}, eventID: "secret" }] }, /the keys kinesis, eventID$/],
    [
      "EventBridge",
      { source: "secret", detail: {} },
      /got an object with the keys source, detail$/,
    ],
    ["a record without messageId", { Records: [record, withoutId] }, /record 1 is an object with/],
    ["a record without body", { Records: [withoutBody] }, /record 0 is an object with/],
    ["a number as an id", { Records: [{ ...record, messageId: 7 }] }, /record 0 is an object/],
  ];
  const inEach = cases.flatMap((of) => names.map((name) => [name, ...of] as const));

  it.each(inEach)("fails the invocation of %s: %s", async (name, _what, event, message) => {
    const { stacks, handle } = createStacks();
    const invocation = Reflect.apply(stacks[name], undefined, [event, lambdaContext()]);
    await expect(invocation).rejects.toThrow(message);
    await expect(invocation).rejects.not.toThrow(/secret/);
    expect(handle).not.toHaveBeenCalled();
  });

  it.each(names.slice(1))("fails the invocation of %s for a text or a number", async (name) => {
    for (const event of ["secret", 7, true]) {
      const invocation = Reflect.apply(named[name], undefined, [event, lambdaContext()]);
      await expect(invocation).rejects.toThrow(/got a (string|number|boolean)$/);
    }
  });

  it.each(names)("is accepted by %s if its list is empty", async (name) => {
    expect(await named[name]({ Records: [] }, lambdaContext())).toEqual({ batchItemFailures: [] });
  });
});
