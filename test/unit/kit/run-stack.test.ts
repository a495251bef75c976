import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { beforeEach, describe, expect, it } from "vitest";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  PoisonRecordError,
  pending,
  type RecordHandler,
  requeuePending,
} from "../../../middleware/index.ts";
import { createTestQueue, runStack, type TestQueue } from "../../kit/index.ts";

let dead: TestQueue;
let queue: TestQueue;
let outcomes: TestQueue;
beforeEach(() => {
  dead = createTestQueue({ name: "dead" });
  queue = createTestQueue({ name: "polls", deadLetterQueue: dead });
  outcomes = createTestQueue({ name: "outcomes", clock: queue.clock });
});

const stackOf = (handle: RecordHandler) => {
  const { client, clock } = queue;
  const logger = () => undefined;
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger }))
    .use(failureBackoff({ queueUrl: queue.url, client, logger, random: () => 0 }))
    .use(deadLetterPoison({ queueUrl: dead.url, client, logger }))
    .use(deliverOutcomes({ queueUrl: outcomes.url, client }))
    .use(requeuePending({ queueUrl: queue.url, client, now: clock.now }))
    .handler(eachRecord(handle, clock));
  return runStack(handler, { queue });
};

describe("runStack", () => {
  it("runs three days of polls in a moment", async () => {
    const asked: number[] = [];
    const stack = stackOf(({ body }) => {
      asked.push(queue.clock.now());
      const { retryCount = 0 } = JSON.parse(body);
      return retryCount < 72 ? pending({ delaySeconds: 3600 }) : completed({ retryCount });
    });
    const startedAt = queue.clock.now();
    queue.send({ job: 1 });
    await stack.advance("2d");
    expect(outcomes.sent).toEqual([]);
    await stack.advance("2d");
    expect(outcomes.sent.map(({ body }) => body)).toEqual(['{"retryCount":72}']);
    expect(asked).toHaveLength(73);
    expect(asked.map((at) => Math.floor((at - startedAt) / 3_600_000))).toEqual([...asked.keys()]);
    expect(queue.messages()).toEqual([]);
    expect(queue.clock.now()).toBe(startedAt + 4 * 86_400_000);
  });

  it("gathers batches of 100, for at most a second", async () => {
    const stack = stackOf(() => completed());
    for (let nth = 0; nth < 250; nth++) queue.send({ nth });
    await stack.advance("1s");
    expect(stack.invocations.map(({ records }) => records.length)).toEqual([100, 100, 50]);
    const times = stack.invocations.map(({ startedAt }) => startedAt);
    expect(new Set(times.slice(0, 2))).toEqual(new Set([queue.clock.now() - 1000]));
    expect(times[2]).toBe(queue.clock.now());
  });

  it("keeps to its concurrency while the handler sleeps on the clock", async () => {
    let running = 0;
    let most = 0;
    const stack = runStack(
      async () => {
        most = Math.max(most, ++running);
        await queue.clock.sleep(5000);
        running--;
      },
      { queue, batchSize: 1, batchingWindowSeconds: 0, maximumConcurrency: 2 },
    );
    for (let nth = 0; nth < 6; nth++) queue.send({ nth });
    await stack.advance("14s");
    expect(stack.invocations).toHaveLength(4);
    await stack.advance("1s");
    expect([stack.invocations.length, most]).toEqual([6, 2]);
  });

  it("waits for work in real time, and keeps the clock still meanwhile", async () => {
    const stack = runStack(
      async () => {
        const response = await fetch("data:text/plain,done");
        return response.text();
      },
      { queue },
    );
    queue.send({});
    await stack.advance("2s");
    const [invocation] = stack.invocations;
    expect(invocation?.endedAt).toBe(invocation?.startedAt);
  });

  it("delivers a record again that the handler did not process", async () => {
    const counts: unknown[] = [];
    const stack = stackOf(({ attributes }) => {
      counts.push(attributes.ApproximateReceiveCount);
      if (counts.length < 3) throw new Error("not now");
      return completed();
    });
    queue.send({});
    await stack.advance("90s");
    expect(counts).toEqual(["1", "2", "3"]);
    expect(queue.messages()).toEqual([]);
  });

  it.each([
    ["throws", () => Promise.reject(new Error("no"))],
    ["returns an invalid response", () => ({ batchItemFailures: [{ itemIdentifier: "?" }] })],
  ])(
    "keeps the whole batch of a handler that %s, until the queue dead-letters it",
    async (_name, handler) => {
      const stack = runStack(handler, { queue });
      queue.send({ a: 1 });
      await stack.advance("1h");
      expect(stack.invocations).toHaveLength(5);
      expect(stack.invocations[0]?.error).toBeDefined();
      expect(queue.messages()).toEqual([]);
      expect(dead.messages()).toMatchObject([{ body: '{"a":1}' }]);
    },
  );

  it("ends a function that takes too long: its later calls have no effect", async () => {
    const late: unknown[] = [];
    const stack = runStack(
      async () => {
        try {
          await queue.clock.sleep(61_000);
        } finally {
          const message = { QueueUrl: outcomes.url, MessageBody: "late" };
          const { SendMessageCommand } = await import("@aws-sdk/client-sqs");
          await queue.client.send(new SendMessageCommand(message)).catch((e) => late.push(e));
        }
      },
      { queue },
    );
    queue.send({});
    await stack.advance("2m");
    expect(stack.invocations).toMatchObject([
      { error: "Error: the function timed out after 60 s" },
    ]);
    expect(late).toHaveLength(1);
    expect(outcomes.sent).toEqual([]);
    expect(queue.messages()).toHaveLength(1);
  });

  it("ends a batch at its deadline when the handler hangs", async () => {
    const stack = stackOf(() => new Promise(() => undefined));
    queue.send({});
    await stack.advance("55s");
    expect(stack.invocations).toMatchObject([{ response: { batchItemFailures: [] } }]);
    expect(queue.sent).toHaveLength(2);
  });

  it("crashes after a number of calls: the requeued record is then in the queue twice", async () => {
    const stack = stackOf(() => pending({ delaySeconds: 30 }));
    queue.send({ job: 1 });
    stack.crashAfter(1);
    await stack.advance("10s");
    expect(stack.invocations).toMatchObject([{ error: expect.stringContaining("crashAfter") }]);
    expect(queue.messages().map(({ body }) => body)).toEqual([
      '{"job":1}',
      '{"job":1,"retryCount":1}',
    ]);
  });

  it("crashes before its first call", async () => {
    const stack = stackOf(() => expect.unreachable());
    queue.send({});
    stack.crashAfter(0);
    await stack.advance("5s");
    expect(queue.messages()).toMatchObject([{ receiveCount: 1 }]);
  });

  it("crashes at its end if it makes fewer calls, and crashes no other invocation", async () => {
    const stack = stackOf(() => completed({ done: true }));
    queue.send({});
    stack.crashAfter(5);
    await stack.advance("10m");
    const [crashed, ...others] = stack.invocations;
    expect(crashed?.error).toContain("crashAfter(5) requested; it ended after 1 call");
    expect(others).toMatchObject([{ response: { batchItemFailures: [] } }]);
    expect(outcomes.sent, "delivered, not acknowledged, delivered again").toHaveLength(2);
    expect(queue.messages()).toEqual([]);
  });

  it.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %d as a count",
    async (count) => {
      const stack = stackOf(() => completed());
      expect(() => queue.refuseEntries(count)).toThrow(/^refuseEntries: count must be a whole/);
      expect(() => queue.failCalls(count)).toThrow(/^failCalls: count must be a whole/);
      expect(() => queue.duplicate(count)).toThrow(/^duplicate: count must be a whole number/);
      expect(() => stack.crashAfter(count)).toThrow(/^crashAfter: calls must be a whole number/);
    },
  );

  it.each([
    [{ batchSize: 0 }, "batchSize must be a whole number from 1 to 10000, got 0"],
    [{ batchSize: 10_001 }, "batchSize"],
    [{ batchSize: Number.NaN }, "batchSize"],
    [{ batchingWindowSeconds: -1 }, "batchingWindowSeconds must be a whole number from 0 to 300"],
    [{ maximumConcurrency: 0 }, "maximumConcurrency must be a whole number of 1 or more"],
    [{ timeoutSeconds: 0 }, "timeoutSeconds must be a whole number from 1 to 900"],
  ])("refuses options that Lambda refuses: %o", (options, message) => {
    const start = () => runStack(() => undefined, { queue, ...options });
    expect(start).toThrow(RangeError);
    expect(start).toThrow(`runStack: ${message}`);
  });

  it("fails only the records whose entries are refused", async () => {
    const stack = stackOf(() => pending({ delaySeconds: 300 }));
    for (let nth = 0; nth < 3; nth++) queue.send({ nth });
    queue.refuseEntries(1);
    await stack.advance("2s");
    const [{ records, response } = { records: [], response: null }] = stack.invocations;
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: records[0]?.messageId }] });
    expect(queue.messages()).toHaveLength(3);
  });

  it("delivers a record twice after duplicate()", async () => {
    const stack = stackOf(() => completed());
    queue.send({});
    queue.duplicate(1);
    await stack.advance("2s");
    const ids = stack.invocations.flatMap(({ records }) => records.map((of) => of.messageId));
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  it("can lose the answer of a call that succeeded", async () => {
    const stack = stackOf(() => completed({ done: true }));
    queue.send({});
    outcomes.failCalls(1, { applied: true });
    await stack.advance("10s");
    expect(outcomes.sent).toHaveLength(2);
    expect(queue.messages()).toEqual([]);
  });

  it("receives a message later when receiving it failed", async () => {
    const stack = stackOf(() => completed({ done: true }));
    queue.send({});
    queue.failCalls(1, { action: "ReceiveMessage" });
    await stack.advance("1s");
    expect(outcomes.sent).toEqual([]);
    await stack.advance("1s");
    expect(outcomes.sent).toHaveLength(1);
  });

  it("keeps message attributes, including binary ones", async () => {
    const messageAttributes = {
      tenant: { dataType: "String", stringValue: "a" },
      key: { dataType: "Binary", binaryValue: new Uint8Array([1, 2, 255]) },
    };
    const stack = stackOf((record) => {
      expect(record.messageAttributes.key?.binaryValue).toBe("AQL/");
      return pending({ delaySeconds: 60 });
    });
    queue.send({}, { messageAttributes });
    await stack.advance("2s");
    const [, requeued] = queue.sent;
    expect(requeued?.messageAttributes.tenant).toEqual(messageAttributes.tenant);
    expect(new Uint8Array(Object(requeued?.messageAttributes.key).binaryValue)).toEqual(
      new Uint8Array([1, 2, 255]),
    );
    expect(requeued?.delaySeconds).toBe(60);
  });

  it("dead-letters poison at once", async () => {
    const stack = stackOf(() => {
      throw new PoisonRecordError("job: must be a number");
    });
    queue.send({ job: "x" });
    await stack.advance("2s");
    expect(dead.sent).toMatchObject([
      { body: '{"job":"x"}', messageAttributes: { status: { stringValue: "poison" } } },
    ]);
  });
});
