import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../../lib/log/logger.ts";
import {
  completed,
  createFence,
  deadLetterPoison,
  decideOutcomes,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  fenced,
  held,
  nextPollMessage,
  PoisonRecordError,
  pending,
  type RecordHandler,
  requeuePending,
  settleLeases,
} from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";
import { type MemoryTable, memoryTable } from "../../support/memory-table.ts";

let queues: LocalQueues;
let table: MemoryTable;
let logged: LogEntry[];
beforeEach(async () => {
  queues = await startLocalQueues();
  table = memoryTable();
  logged = [];
});
afterEach(() => queues.close());

/** A composer's stack with every middleware, for a composer's own body. */
const run = async (
  event: SQSEvent,
  handle: RecordHandler,
  remainingMs = 60_000,
): Promise<SQSBatchResponse> => {
  const { queueUrl, outcomeQueueUrl, deadLetterQueueUrl, sqs: client, now } = queues;
  const logger = (entry: LogEntry) => logged.push(entry);
  const fence = createFence({ table, now, logger });
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(failureBackoff({ queueUrl, client, logger, random: () => 0 }))
    .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger }))
    .use(settleLeases({ fence, logger }))
    .use(deliverOutcomes({ queueUrl: outcomeQueueUrl, client }))
    .use(decideOutcomes({ fence }))
    .use(requeuePending({ queueUrl, client, now, next: nextPollMessage({ fence }) }))
    .handler(eachRecord(fenced(handle, { fence }), { now }));
  return handler(event, lambdaContext(remainingMs));
};

const bodies = async (queueUrl: string) =>
  (await queues.receive(queueUrl)).map(({ Body = "" }) => Body);
const outcomes = () => bodies(queues.outcomeQueueUrl);
const JOB = '{"pollId":"p","job":1}';
const lease = () => table.rows.get("p")?.leaseUntil;

describe("a composer's stack with a fence", () => {
  it("marks each copy that it requeues, and processes the next one", async () => {
    await run(await queues.event('{"job":12345678901234567890}'), () => pending());
    const next = await queues.event();
    const body = next.Records[0]?.body ?? "";
    expect(body).toContain('"job":12345678901234567890');
    expect(JSON.parse(body)).toMatchObject({
      retryCount: 1,
      sequence: 1,
      pollId: expect.any(String),
      copyId: expect.any(String),
    });
    const asked: string[] = [];
    const response = await run(next, ({ body: of }) => {
      asked.push(of);
      return completed();
    });
    expect(response).toEqual({ batchItemFailures: [] });
    expect(asked).toEqual([body]);
  });

  it("drops a redelivery whose successor was received", async () => {
    const event = await queues.event(JOB);
    await run(event, () => pending());
    await run(await queues.event(), () => pending());
    const again = await run(event, () => expect.unreachable());
    expect(again).toEqual({ batchItemFailures: [] });
    expect(logged).toMatchObject([{ message: "record dropped", goesOn: "successor" }]);
  });

  it("delivers the outcome that was decided first, byte for byte, however often", async () => {
    const event = await queues.event(JOB);
    const first = () => completed({ status: "succeeded", at: 1, deep: { "2": [1.5e300] } });
    queues.fail({
      entry: (_action, queue) => (queue === "outcomes" ? "InternalError" : undefined),
    });
    const failed = await run(event, first);
    expect(failed.batchItemFailures).toHaveLength(1);
    queues.fail({});
    queues.advance(4000);
    await run(await queues.event(), () => expect.unreachable());
    await run(event, () => expect.unreachable());
    const sent = '{"status":"succeeded","at":1,"deep":{"2":[1.5e+300]}}';
    expect(await outcomes()).toEqual([sent, sent]);
  });

  it("decides an exhausted poll, too", async () => {
    const event = await queues.event('{"pollId":"p","maxRetries":0}');
    await run(event, () => pending());
    expect(table.rows.get("p")?.outcome).toBeDefined();
    expect(JSON.parse((await outcomes())[0] ?? "")).toMatchObject({ status: "exhausted" });
  });

  it.each([
    ["whose handler threw", () => Promise.reject(new Error("not now")), undefined],
    ["whose requeue was refused", () => pending(), "SendMessageBatch"],
    ["whose outcome was refused", () => completed({ done: true }), "SendMessageBatch"],
  ] as const)("gives back the lease of a record %s", async (_name, handle, action) => {
    queues.fail({ entry: (of) => (of === action ? "InternalError" : undefined) });
    const response = await run(await queues.event(JOB), handle);
    expect(response.batchItemFailures).toHaveLength(1);
    if (table.rows.get("p")?.outcome === undefined) expect(lease()).toBe(0);
    queues.fail({});
    queues.advance(4000);
    const again = await run(await queues.event(), () => completed({ done: true }));
    expect(again).toEqual({ batchItemFailures: [] });
    expect(await outcomes()).toEqual(['{"done":true}']);
  });

  it("gives back the lease of a dead letter, so that a redrive can continue", async () => {
    const response = await run(await queues.event(JOB), () => {
      throw new PoisonRecordError("job: must not be 1");
    });
    expect(response).toEqual({ batchItemFailures: [] });
    expect(lease()).toBe(0);
    const [letter = ""] = await bodies(queues.deadLetterQueueUrl);
    expect(letter).toBe(JOB);
    await run(await queues.event(letter), () => completed({ done: true }));
    expect(await outcomes()).toEqual(['{"done":true}']);
  });

  it("does not give back the lease of a requeued record", async () => {
    await run(await queues.event(JOB), () => pending());
    expect(lease()).toBeGreaterThan(queues.now());
  });

  it("retries a copy that is being processed after its lease has passed", async () => {
    const event = await queues.event(JOB);
    const underWay = Promise.withResolvers<ReturnType<typeof completed>>();
    const started = Promise.withResolvers<void>();
    const first = run(event, () => {
      started.resolve();
      return underWay.promise;
    });
    await started.promise;
    const second = await run(event, () => expect.unreachable());
    expect(second.batchItemFailures).toHaveLength(1);
    underWay.resolve(completed({ done: true }));
    await first;
    const untilLease = (lease() ?? 0) - queues.now();
    queues.advance(untilLease);
    expect((await queues.event()).Records).toEqual([]);
    queues.advance(6000);
    expect((await queues.event()).Records).toHaveLength(1);
  });

  it("rejects only the records that the table refused", async () => {
    const { claim } = table;
    table.claim = (asked, now) =>
      asked.pollId === "p" ? Promise.reject(new Error("throttled")) : claim(asked, now);
    const event = await queues.event(JOB, '{"pollId":"q"}');
    const response = await run(event, () => completed({ done: true }));
    expect(response.batchItemFailures).toEqual([{ itemIdentifier: event.Records[0]?.messageId }]);
    expect(await outcomes()).toEqual(['{"done":true}']);
  });

  it.each([
    ["its lease was given back", false],
    ["nobody could give back its lease", true],
  ])(
    "asks at once after a record was held while its claim was under way: %s",
    async (_name, isStuck) => {
      const { claim, giveBack } = table;
      if (isStuck) table.giveBack = () => Promise.reject(new Error("throttled"));
      table.claim = async (...asked) => {
        await claim(...asked);
        return new Promise(() => undefined);
      };
      const handle = () => completed({ done: true });
      const response = await run(
        await queues.event('{"pollId":"p","delaySeconds":43200}'),
        handle,
        1500,
      );
      expect(response).toEqual({ batchItemFailures: [] });
      if (!isStuck) expect(lease()).toBe(0);
      Object.assign(table, { claim, giveBack });
      await run(await queues.event(), handle);
      expect(await outcomes()).toEqual(['{"done":true}']);
    },
  );

  it("keeps the lease of a submission that its handler holds for longer than the poll's delay", async () => {
    await run(await queues.event(JOB), () => held({ delaySeconds: 3600 }));
    expect(lease()).toBeGreaterThanOrEqual(queues.now() + 3_600_000 - 1000);
  });

  it("delivers no outcome that the table did not decide", async () => {
    const { decide } = table;
    table.decide = () => Promise.reject(new Error("throttled"));
    const response = await run(await queues.event(JOB), () => completed({ n: 1 }));
    expect(response.batchItemFailures).toHaveLength(1);
    expect(await outcomes()).toEqual([]);
    table.decide = decide;
    queues.advance(4000);
    await run(await queues.event(), () => completed({ n: 2 }));
    expect(await outcomes()).toEqual(['{"n":2}']);
  });

  it("dead-letters no record during its lease, because a redrive would have to wait", async () => {
    const { giveBack } = table;
    const poisonous = () => {
      throw new PoisonRecordError("job: must not be 1");
    };
    table.giveBack = () => Promise.reject(new Error("throttled"));
    const response = await run(await queues.event(JOB), poisonous);
    expect(response.batchItemFailures).toHaveLength(1);
    expect(await bodies(queues.deadLetterQueueUrl)).toEqual([]);
    table.giveBack = giveBack;
    queues.advance(68_000);
    await run(await queues.event(), poisonous);
    expect(await bodies(queues.deadLetterQueueUrl)).toEqual([JOB]);
  });

  it("retries a record after its lease when the lease could not be given back", async () => {
    table.giveBack = () => Promise.reject(new Error("throttled"));
    const response = await run(await queues.event(JOB), () => Promise.reject(new Error("no")));
    expect(response.batchItemFailures).toHaveLength(1);
    expect(logged).toMatchObject([{ level: "WARN", message: "lease not given back" }]);
    queues.advance(60_000);
    expect((await queues.event()).Records).toEqual([]);
    queues.advance(8000);
    expect((await queues.event()).Records).toHaveLength(1);
  });

  it("survives a logger that throws: only the failed record is reported", async () => {
    const event = await queues.event(JOB, '{"pollId":"q","job":2}');
    table.giveBack = () => Promise.reject(new Error("throttled"));
    logged.push = () => {
      throw new Error("no log today");
    };
    const response = await run(event, ({ body }) => {
      if (body === JOB) throw new Error("not now");
      return pending();
    });
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[0]?.messageId }],
    });
  });

  it("refuses wrong and unknown options when the stack is built", () => {
    const fence = createFence({ table });
    expect(() => decideOutcomes({ fence: {} as never })).toThrow("decideOutcomes: fence must be");
    expect(() => settleLeases({ fence, lease: 3 } as never)).toThrow("unknown option lease");
  });
});
