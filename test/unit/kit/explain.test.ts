import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  held,
  PoisonRecordError,
  pending,
  type RecordHandler,
  requeuePending,
} from "../../../middleware/index.ts";
import { createTestQueue, runStack, type TestQueue, type TestStack } from "../../kit/index.ts";

let dead: TestQueue;
let queue: TestQueue;
let outcomes: TestQueue;
beforeEach(() => {
  dead = createTestQueue({ name: "dead" });
  queue = createTestQueue({ name: "polls", deadLetterQueue: dead });
  outcomes = createTestQueue({ name: "outcomes", clock: queue.clock });
});

const logger = () => undefined;
const parts = {
  report: () => sqsPartialBatchFailure({ logger }),
  letters: () => deadLetterPoison({ queueUrl: dead.url, client: queue.client, logger }),
  deliver: () => deliverOutcomes({ queueUrl: outcomes.url, client: queue.client, logger }),
  deliverNowhere: () => deliverOutcomes({ client: queue.client, logger }),
  requeue: () =>
    requeuePending({ queueUrl: queue.url, client: queue.client, now: queue.clock.now, logger }),
} satisfies Readonly<Record<string, () => middy.MiddlewareObj<SQSEvent>>>;
type Part = keyof typeof parts;

const ALL: readonly Part[] = ["report", "letters", "deliver", "requeue"];
const WITHOUT_QUEUE: readonly Part[] = ["report", "letters", "deliverNowhere", "requeue"];

/** Runs one batch of one record, and explains. */
async function explained(
  used: readonly Part[],
  handle: RecordHandler,
  prepare: (stack: TestStack) => void = () => undefined,
): Promise<string> {
  const stack = middy<SQSEvent, unknown>();
  for (const part of used) stack.use(parts[part]());
  const running = runStack(stack.handler(eachRecord(handle, queue.clock)), { queue });
  queue.send({ maxRetries: 3 });
  prepare(running);
  await running.advance("2s");
  return running.explain();
}

const poison = () => {
  throw new PoisonRecordError("job: must be a number");
};
const failing = () => {
  throw new Error("not now");
};

describe("stack.explain() says where a record went", () => {
  it.each<[string, readonly Part[], RecordHandler, string]>([
    ["requeued", ALL, () => pending({ delaySeconds: 30 }), "pending, requeued, due in 30 s"],
    ["held", ALL, () => held({ delaySeconds: 5 }), "held, requeued, due in 5 s"],
    ["delivered", ALL, () => completed({ a: 1 }), "completed with an outcome, delivered"],
    ["done", ALL, () => completed(), "completed, acknowledged"],
    [
      "exhausted",
      ALL,
      () => pending({ body: { retryCount: 3, maxRetries: 3 } }),
      "pending, its outcome delivered (exhausted)",
    ],
    ["poison", ALL, poison, "poison (job: must be a number), sent to the dead-letter queue"],
    ["failed", ALL, failing, "failed (not now); it comes back"],
    [
      "without requeuePending",
      ["report", "deliver"],
      () => pending(),
      "pending; it comes back, because no requeuePending is in the stack: add .use(requeuePending(...))",
    ],
    [
      "without any of the package",
      ["report"],
      () => pending(),
      "pending; it comes back, because no requeuePending is in the stack: add .use(requeuePending(...))",
    ],
    [
      "without deliverOutcomes",
      ["report", "requeue"],
      () => completed({ a: 1 }),
      "completed with an outcome; it comes back, because no deliverOutcomes is in the stack: add .use(deliverOutcomes(...))",
    ],
    [
      "exhausted without deliverOutcomes",
      ["report", "requeue"],
      () => pending({ body: { retryCount: 3, maxRetries: 3 } }),
      "pending; it comes back, because no deliverOutcomes is in the stack: add .use(deliverOutcomes(...))",
    ],
    [
      "poison without deadLetterPoison",
      ["report", "requeue"],
      poison,
      "poison (job: must be a number); it comes back, because no deadLetterPoison is in the stack: only the redrive policy of its queue moves it",
    ],
    [
      "without sqsPartialBatchFailure",
      ["deliver", "requeue"],
      failing,
      "failed (not now); it comes back",
    ],
  ])("%s", async (_name, used, handle, fate) => {
    expect((await explained(used, handle)).split("\n")[1]).toBe(`  message-1: ${fate}`);
  });

  it("when its entry was refused", async () => {
    const refuse = () => queue.refuseEntries(1);
    expect(await explained(ALL, () => pending(), refuse)).toMatch(
      /message-1: pending; it comes back, because .*refused/,
    );
  });

  it.each<[string, RecordHandler, string]>([
    [
      "failed",
      () => completed({ status: "failed" }),
      "completed with an outcome, sent to the dead-letter queue",
    ],
    [
      "exhausted",
      () => pending({ body: { retryCount: 3, maxRetries: 3 } }),
      "pending, sent to the dead-letter queue",
    ],
  ])("when a poll %s, and the stack has no outcome queue", async (_, handle, fate) => {
    expect(await explained(WITHOUT_QUEUE, handle)).toContain(`message-1: ${fate}`);
    expect(dead.sent).toHaveLength(1);
  });

  it("when a poll succeeded, and the stack has no outcome queue", async () => {
    const text = await explained(WITHOUT_QUEUE, () => completed({ status: "succeeded" }));
    expect(text).toContain("message-1: completed with an outcome, done: its outcome goes nowhere");
  });

  it("when its dead letter was refused", async () => {
    const text = await explained(ALL, poison, () => dead.refuseEntries(1));
    expect(text).toContain("it comes back, because the dead-letter queue refused it");
  });

  it("when its batch crashed after it was requeued", async () => {
    const text = await explained(
      ALL,
      () => pending({ delaySeconds: 30 }),
      (stack) => stack.crashAfter(2),
    );
    expect(text).toContain("the whole batch comes back: Error: the function crashed");
    expect(text).toContain(
      "message-1: pending, requeued, due in 30 s; it comes back as well, because its batch failed after that",
    );
    expect(text).toContain("polls has 2:");
  });

  it("when the order of the stack loses outcomes", async () => {
    const text = await explained(["report", "requeue", "deliver"], () => pending());
    expect(text).toMatch(
      /the whole batch comes back: MisplacedMiddlewareError: deliverOutcomes is used after requeuePending/,
    );
    expect(text).toContain(
      "message-1: no result is known; it comes back, because its batch failed",
    );
  });

  it("when the results of eachRecord are the response", async () => {
    const stack = runStack(eachRecord(failing, queue.clock), { queue });
    queue.send({});
    await stack.advance("2s");
    expect(stack.explain()).toContain(
      "the whole batch comes back: the handler returned the results of eachRecord themselves: wrap it by middy(), with sqsPartialBatchFailure as the first use",
    );
    expect(stack.explain()).toContain(
      "message-1: failed (not now); it comes back, because its batch failed",
    );
  });

  it.each<[RecordHandler, string]>([
    [
      () => pending(),
      "pending, but nothing requeues it, and it was acknowledged, so it is lost: add .use(requeuePending(...))",
    ],
    [
      () => completed({ a: 1 }),
      "completed with an outcome, but nothing delivers it, and it was acknowledged, so it is lost: add .use(deliverOutcomes(...))",
    ],
    [
      failing,
      "failed (not now), but acknowledged, so it is lost: sqsPartialBatchFailure must report it",
    ],
  ])("when a handler of your own drops the results: %s", async (handle, fate) => {
    const each = eachRecord(handle, queue.clock);
    const stack = runStack(async (event, context) => void (await each(event, context)), { queue });
    queue.send({});
    await stack.advance("2s");
    expect(stack.explain()).toContain(`message-1: ${fate}`);
  });

  it("knows a handler without eachRecord only by its response", async () => {
    const stack = runStack(() => undefined, { queue });
    queue.send({});
    await stack.advance("2s");
    expect(stack.explain()).toContain("message-1: no result is known, acknowledged");
  });
});

describe("stack.explain() says what stands in the queue", () => {
  it("before anything ran", () => {
    const stack = runStack(() => undefined, { queue });
    queue.send({}, { delaySeconds: 9 });
    expect(stack.explain()).toBe(
      "no invocation: time passes only in stack.advance(...)\npolls has 1:\n  message-1: visible in 9 s, received 0 times",
    );
  });

  it("after the last invocations of many", async () => {
    const handler = middy().use(parts.report()).use(parts.deliver()).use(parts.requeue());
    const stack = runStack(
      handler.handler(eachRecord(() => pending({ delaySeconds: 60 }), queue.clock)),
      { queue },
    );
    for (let n = 0; n < 30; n++) queue.send({ n });
    await stack.advance("1h");
    const lines = stack.explain().split("\n");
    expect(lines[0]).toMatch(/^\(\d+ earlier invocations\)$/);
    expect(lines).toContain("polls has 30:");
    expect(lines.filter((line) => line === "  and 10 more")).toHaveLength(21);
  });

  it("when it is empty", async () => {
    expect(await explained(ALL, () => completed())).toMatch(/\npolls is empty$/);
  });
});
