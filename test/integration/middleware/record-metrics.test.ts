import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import {
  completed,
  createRequestMeasurements,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  held,
  nextPollMessage,
  PoisonRecordError,
  pending,
  type RecordHandler,
  recordMetrics,
  requeuePending,
} from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, runStack, sqsEvent, sqsRecord } from "../../kit/index.ts";

const NOW = Date.parse("2026-01-01T00:00:10Z");

/** A composer's stack with metrics, and the metric records that it wrote. */
function startStack(handle: RecordHandler) {
  const queue = createTestQueue();
  const outcomes = createTestQueue({ clock: queue.clock });
  const deadLetters = createTestQueue({ clock: queue.clock });
  const { client } = queue;
  const written: string[] = [];
  const requests = createRequestMeasurements();
  const logged: unknown[] = [];
  const handler = middy()
    .use(deadLetterPoison({ queueUrl: deadLetters.url, client, logger: () => {} }))
    .use(
      recordMetrics({
        namespace: "Renders",
        requests,
        now: () => NOW,
        write: (line) => void written.push(line),
        logger: (entry) => void logged.push(entry),
      }),
    )
    .use(deliverOutcomes({ queueUrl: outcomes.url, client }))
    .use(requeuePending({ queueUrl: queue.url, client }))
    .handler(eachRecord(handle));
  const run = async (event: SQSEvent) => {
    await handler(event, lambdaContext());
    return written.map((line) => JSON.parse(line));
  };
  return { queue, requests, run, written, logged };
}

const ended = (status: string, seconds: number, retryCount: number) =>
  completed({
    status,
    retryCount,
    startedAt: "2026-01-01T00:00:00.000Z",
    finishedAt: new Date(Date.parse("2026-01-01T00:00:00Z") + seconds * 1000).toISOString(),
  });

const record = (kind: string, more: object = {}) =>
  sqsRecord({ messageId: randomUUID(), body: { kind, ...more } });

const handle: RecordHandler = ({ body }) => {
  switch (JSON.parse(body).kind) {
    case "pending":
      return pending();
    case "held":
      return held();
    case "refused":
      return { ...held(), tableRefused: true } as const;
    case "succeeded":
      return ended("succeeded", 90.5, 3);
    case "expired":
      return ended("expired", 5, 0);
    case "done":
      return completed({ mine: true });
    case "poison":
      throw new PoisonRecordError("kind: must be known");
    default:
      throw new Error("no answer");
  }
};

describe("recordMetrics", () => {
  it("writes one metric record per batch: a count per result and a value per ended poll", async () => {
    const { run, written } = startStack(handle);
    const kinds = ["pending", "pending", "held", "succeeded", "expired", "done", "poison", "?"];
    const [emf] = await run(sqsEvent(...kinds.map((kind) => record(kind))));
    expect(written).toHaveLength(1);
    expect(written[0]).toMatch(/^{.*}\n$/);
    expect(emf).toMatchObject({
      service: "function",
      Polls: 8,
      Pending: 2,
      Held: 1,
      Succeeded: 1,
      Expired: 1,
      Completed: 1,
      Poison: 1,
      Rejected: 1,
      Retries: [3, 0],
      TimeToOutcome: [90.5, 5],
    });
    const [directive] = emf._aws.CloudWatchMetrics;
    expect(directive).toMatchObject({ Namespace: "Renders", Dimensions: [["service"]] });
    const named = directive.Metrics.map(({ Name }: { Name: string }) => Name);
    expect(named.every((name: string) => name in emf)).toBe(true);
  });

  it("counts claims that the fence's table refused separately from other holds", async () => {
    const { run } = startStack(handle);
    const [emf] = await run(sqsEvent(record("refused"), record("held")));
    expect(emf).toMatchObject({ Polls: 2, Held: 2, TableRefused: 1 });
  });

  it("counts entries that SQS refused", async () => {
    const { queue, run } = startStack(handle);
    queue.refuseEntries(1);
    const [emf] = await run(sqsEvent(record("pending"), record("pending")));
    expect(emf).toMatchObject({ Polls: 2, Pending: 1, SendRefused: 1 });
  });

  it("measures how late a record is from its dueAt, or from the sending time of a first message", async () => {
    const { run } = startStack(handle);
    const records = [
      record("pending"),
      record("pending", { retryCount: 1 }),
      record("done", { notBefore: NOW - 40 }),
      record("done", { retryCount: 1, dueAt: NOW - 250, notBefore: NOW - 40 }),
      record("done", { retryCount: 1, dueAt: NOW + 999 }),
    ];
    for (const { attributes } of records) attributes.SentTimestamp = String(NOW - 1500);
    const [emf] = await run(sqsEvent(...records));
    expect(emf.Lateness).toEqual([1500, 40, 250, 0]);
  });

  it("measures how late a requeued poll is, including its holds", async () => {
    const queue = createTestQueue();
    const { client, clock } = queue;
    const { now } = clock;
    const written: string[] = [];
    const write = (line: string) => void written.push(line);
    const ends = [pending({ delaySeconds: 1000 }), held({ delaySeconds: 50 }), completed()];
    const handler = middy()
      .use(sqsPartialBatchFailure({ logger: () => {} }))
      .use(recordMetrics({ namespace: "Renders", now, write }))
      .use(requeuePending({ queueUrl: queue.url, client, now, next: nextPollMessage() }))
      .handler(eachRecord(() => ends.shift() ?? expect.unreachable(), clock));
    const stack = runStack(handler, { queue });
    queue.send({ job: 7 });
    await stack.advance("1h");
    const lateness = written.flatMap((line) => JSON.parse(line).Lateness ?? []);
    // A batch is gathered for a second.
    expect(lateness).toEqual([1000, 52_000]);
  });

  it("includes the requests of its invocation", async () => {
    const { requests, run } = startStack(() => {
      requests.note(20, 202);
      return completed();
    });
    requests.note(9999, 500);
    const [emf] = await run(sqsEvent(record("done"), record("pending")));
    expect(emf).toMatchObject({ HttpLatency: [20, 20], Http2xx: 2 });
    expect(emf).not.toHaveProperty("Http5xx");
  });

  it("writes one metric record for a thousand records, too", async () => {
    const { run, written } = startStack(() => ended("succeeded", 1, 1));
    const records = Array.from({ length: 1000 }, (_, id) => sqsRecord({ messageId: `m${id}` }));
    const [emf] = await run(sqsEvent(...records));
    expect(written).toHaveLength(1);
    expect(emf).toMatchObject({ Polls: 1000, Succeeded: 1000 });
    expect(emf.Retries).toHaveLength(99);
  });

  it("never throws: it logs metrics that cannot be written", async () => {
    const handler = middy()
      .use(
        recordMetrics({
          namespace: "Renders",
          write: () => {
            throw new Error("the pipe is broken");
          },
          logger: (entry) => expect(entry.reason).toBe("the pipe is broken"),
        }),
      )
      .handler(eachRecord(() => completed()));
    const settled = await handler(sqsEvent(record("done")), lambdaContext());
    expect(settled).toMatchObject([{ status: "fulfilled" }]);
  });

  it("says what is wrong with its options", () => {
    expect(() => recordMetrics({ namespace: "" })).toThrow(
      /recordMetrics: namespace must be a text/,
    );
  });
});
