import middy from "@middy/core";
import eventNormalizer from "@middy/event-normalizer";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { stackStateOf } from "../../../lib/batch/stack-state.ts";
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
  type LogEntry,
  nextPollMessage,
  PoisonRecordError,
  pending,
  pollingMiddleware,
  requeuePending,
  settleLeases,
} from "../../../middleware/index.ts";
import { createTestQueue, runStack } from "../../kit/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startLocalQueues } from "../../support/local-queues.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { startPollerWorld } from "../poller/poller-world.ts";

const LATER = Date.now() + 3_600_000;

it("a stack after Middy's event-normalizer requeues, holds, fences and dead-letters parsed bodies", async () => {
  const queues = await startLocalQueues();
  onTestFinished(() => queues.close());
  const { sqs: client, queueUrl, deadLetterQueueUrl, outcomeQueueUrl } = queues;
  const fence = createFence({ table: memoryTable() });
  const results: Record<string, () => ReturnType<typeof pending | typeof held | typeof completed>> =
    {
      pending: () => pending(),
      held: () => held(),
      done: () => completed({ done: true }),
      poison: () => {
        throw new PoisonRecordError("job: is poison");
      },
    };
  const asked: unknown[] = [];
  const handler = middy<SQSEvent>()
    .use(eventNormalizer())
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger: () => undefined }))
    .use(settleLeases({ fence }))
    .use(deliverOutcomes({ queueUrl: outcomeQueueUrl, client }))
    .use(decideOutcomes({ fence }))
    .use(requeuePending({ queueUrl, client, next: nextPollMessage({ fence }) }))
    .handler(
      eachRecord(
        fenced(
          ({ body }) => {
            const { job } = body as unknown as { job: string };
            asked.push(job);
            return results[job]?.() ?? completed();
          },
          { fence },
        ),
      ),
    );

  const jobs = ["pending", "held", "done", "poison"];
  const event = await queues.event(
    ...jobs.map((job) => JSON.stringify({ job, retryCount: 4, note: "\u{1F600}" })),
    JSON.stringify({ job: "early", notBefore: LATER }),
  );
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

  expect(asked).toEqual(jobs);
  const bodiesOf = async (url: string) =>
    (await queues.receive(url)).map(({ Body = "" }) => JSON.parse(Body));
  expect(await bodiesOf(queueUrl)).toEqual([
    expect.objectContaining({ job: "pending", retryCount: 5, note: "\u{1F600}", sequence: 1 }),
    expect.objectContaining({ job: "held", retryCount: 4, sequence: 1 }),
  ]);
  expect(await bodiesOf(deadLetterQueueUrl)).toEqual([
    { job: "poison", retryCount: 4, note: "\u{1F600}" },
  ]);
  expect(await bodiesOf(outcomeQueueUrl)).toEqual([{ done: true }]);
});

it("the built poller accepts parsed bodies", async () => {
  await using world = await startPollerWorld({
    "/done": () => ({ status: 200, body: { ok: true } }),
    "/pending": () => ({ status: 202 }),
  });
  const event = await world.queues.event(
    world.message("/done", { context: { order: 7 } }),
    world.message("/pending", { delaySeconds: 0 }),
    JSON.stringify({ request: { url: "file:///etc/passwd" } }),
  );
  for (const record of event.Records) record.body = JSON.parse(record.body);
  const handler = await world.load({ POLL_HOST_CONCURRENCY: "5", METRICS_NAMESPACE: "polls" });
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

  const { queues, bodies } = world;
  const read = async (url: string) => (await bodies(url)).map((body) => JSON.parse(body));
  expect(await read(queues.outcomeQueueUrl)).toMatchObject([
    { pollId: "done", status: "succeeded", context: { order: 7 } },
  ]);
  expect(await read(queues.queueUrl)).toMatchObject([{ pollId: "pending", retryCount: 1 }]);
  expect(await read(queues.deadLetterQueueUrl)).toEqual([
    { request: { url: "file:///etc/passwd" } },
  ]);
});

/** As Powertools' parser does it with a schema of its own: fields that are not in the schema are dropped. */
const jobSchema = z.object({
  job: z.coerce.bigint(),
  tags: z.array(z.string()).transform((of) => new Set(of)),
});
const strictEvent = z.looseObject({
  Records: z.array(
    z.looseObject({ body: z.string().transform((text) => jobSchema.parse(JSON.parse(text))) }),
  ),
});
const strictParser: middy.MiddlewareObj = {
  before: (request) => {
    request.event = strictEvent.parse(request.event);
  },
};

it("a parser after the middlewares changes nothing of what is sent on", async () => {
  const queue = createTestQueue();
  const outcomes = createTestQueue({ clock: queue.clock });
  const letters = createTestQueue({ clock: queue.clock });
  const { client, clock } = queue;
  const jobs: unknown[] = [];
  const handler = middy<SQSEvent>()
    .use(
      pollingMiddleware({
        queueUrl: queue.url,
        outcomeQueueUrl: outcomes.url,
        deadLetterQueueUrl: letters.url,
        client,
        logger: () => undefined,
        now: clock.now,
      }),
    )
    .use(strictParser)
    .handler(
      eachRecord(({ body }) => {
        const { job } = body as unknown as z.infer<typeof jobSchema>;
        jobs.push(job);
        if (job === 13n) throw new PoisonRecordError("job: is poison");
        return pending({ delaySeconds: 1800 });
      }, clock),
    );
  const stack = runStack(handler, { queue });
  queue.send('{ "job": 653247040368672769, "tags": ["a"], "maxRetries": 3 }');
  queue.send('{ "job": 13, "tags": [], "note": 1.0 }');
  await stack.advance("12h");

  expect(jobs).toEqual([653247040368672768n, 13n, ...Array(3).fill(653247040368672768n)]);
  expect(queue.sent.at(-1)?.body).toContain('"job":653247040368672769,"tags":["a"]');
  expect(outcomes.sent.map(({ body }) => JSON.parse(body))).toMatchObject([
    { status: "exhausted", retryCount: 3 },
  ]);
  expect(letters.sent.map(({ body }) => body)).toEqual(['{ "job": 13, "tags": [], "note": 1.0 }']);
});

/** A parser that replaces bodies in place, as Middy's event-normalizer does. */
const parserInPlace = (parse: (body: unknown) => unknown): middy.MiddlewareObj<SQSEvent> => ({
  before: ({ event }) => {
    for (const record of event.Records) Object.assign(record, { body: parse(record.body) });
  },
});

it("a second parser, behind another middleware, changes nothing of what is sent on", async () => {
  const queue = createTestQueue();
  const { client, clock } = queue;
  const handler = middy<SQSEvent>()
    .use(failureBackoff({ queueUrl: queue.url, client, logger: () => undefined }))
    .use(parserInPlace((body) => JSON.parse(String(body))))
    .use(requeuePending({ queueUrl: queue.url, client, now: clock.now, logger: () => undefined }))
    .use(parserInPlace((body) => ({ job: z.object({ job: z.number() }).parse(body).job })))
    .handler(eachRecord(() => pending({ delaySeconds: 60 }), clock));
  const stack = runStack(handler, { queue });
  queue.send('{ "job": 653247040368672769, "tags": ["a"] }');
  await stack.advance("2s");
  expect(queue.sent.at(-1)?.body).toBe('{"job":653247040368672769,"tags":["a"],"retryCount":1}');
});

it("a parser before the middlewares gives a warning, because what it drops is lost", async () => {
  const queue = createTestQueue();
  const { client, clock } = queue;
  const logged: LogEntry[] = [];
  const logger = (entry: LogEntry) => void logged.push(entry);
  const handler = middy<SQSEvent>()
    .use(strictParser)
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(requeuePending({ queueUrl: queue.url, client, logger }))
    .handler(eachRecord(() => pending({ body: { job: 7, tags: [] } }), clock));
  const stack = runStack(handler, { queue });
  queue.send({ job: 7, tags: [] });
  await stack.advance("2s");

  expect(logged).toEqual([
    { level: "WARN", message: expect.stringContaining("bodies are parsed before requeuePending") },
  ]);
});

it("a state that an earlier version of this package has made, without texts, is none the worse", async () => {
  const queue = createTestQueue();
  const { client, clock } = queue;
  const earlier: middy.MiddlewareObj<SQSEvent> = {
    before: (request) => {
      delete stackStateOf(request).texts;
    },
  };
  const handler = middy<SQSEvent>()
    .use(earlier)
    .use(requeuePending({ queueUrl: queue.url, client, now: clock.now, logger: () => undefined }))
    .use(parserInPlace((body) => z.object({ job: z.number() }).parse(JSON.parse(String(body)))))
    .handler(eachRecord(() => pending({ delaySeconds: 60 }), clock));
  const stack = runStack(handler, { queue });
  queue.send('{ "job": 7, "tags": ["a"] }');
  await stack.advance("2s");
  expect(queue.sent.at(-1)?.body).toBe('{"job":7,"tags":["a"],"retryCount":1}');
});
