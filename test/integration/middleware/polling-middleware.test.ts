import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import {
  completed,
  createFence,
  eachRecord,
  fenced,
  PoisonRecordError,
  pending,
  pollingMiddleware,
} from "../../../middleware/index.ts";
import { createTestQueue, runStack } from "../../kit/index.ts";
import { memoryTable } from "../../support/memory-table.ts";

const QUEUE_URL = "https://sqs.us-east-1.amazonaws.com/000000000000/polls";
const fence = createFence({ table: memoryTable() });
const metrics = { namespace: "Renders", write: () => undefined };

describe("pollingMiddleware", () => {
  it("lists the middlewares in the order of use", () => {
    const all = { outcomeQueueUrl: QUEUE_URL, deadLetterQueueUrl: QUEUE_URL, fence, metrics };
    const names = (options: object) =>
      pollingMiddleware({ queueUrl: QUEUE_URL, ...options }).map(({ after }) => after?.name);
    expect(names(all)).toEqual([
      "sqsPartialBatchFailureMiddlewareAfter",
      "failureBackoffAfter",
      "deadLetterPoisonAfter",
      "recordMetricsAfter",
      "settleLeasesAfter",
      "deliverOutcomesAfter",
      "decideOutcomesAfter",
      "requeuePendingAfter",
    ]);
    expect(names({})).toEqual([
      "sqsPartialBatchFailureMiddlewareAfter",
      "failureBackoffAfter",
      "deliverOutcomesAfter",
      "requeuePendingAfter",
    ]);
  });

  it("runs polls until they end, with a fence", async () => {
    const queue = createTestQueue();
    const { client, clock } = queue;
    const outcomes = createTestQueue({ clock });
    const letters = createTestQueue({ clock });
    const options = {
      queueUrl: queue.url,
      outcomeQueueUrl: outcomes.url,
      deadLetterQueueUrl: letters.url,
      fence: createFence({ table: memoryTable(), now: clock.now }),
      client,
      logger: () => undefined,
      now: clock.now,
    };
    const handler = middy()
      .use(pollingMiddleware(options))
      .handler(
        eachRecord(
          fenced(
            ({ body }) => {
              const { kind, retryCount = 0 } = JSON.parse(body);
              if (kind === "poison") throw new PoisonRecordError("kind: is poison");
              return retryCount < 3 ? pending({ delaySeconds: 60 }) : completed({ kind });
            },
            { fence: options.fence },
          ),
          clock,
        ),
      );
    const stack = runStack(handler, { queue });
    queue.send({ kind: "fine" });
    queue.send({ kind: "poison" });
    await stack.advance("5m");
    expect(outcomes.sent.map(({ body }) => body)).toEqual(['{"kind":"fine"}']);
    expect(letters.sent).toHaveLength(1);
    expect(queue.messages()).toEqual([]);
  });

  it.each([
    [{ queueUrl: "polls" }, /queueUrl must be a queue URL/],
    [{ queueUrl: QUEUE_URL, outcomeQueueUrl: "" }, /deliverOutcomes: queueUrl must be a queue URL/],
    [{ queueUrl: QUEUE_URL, outcomesQueueUrl: QUEUE_URL }, /unknown option outcomesQueueUrl/],
    [{ queueUrl: QUEUE_URL, logger: { info() {} } }, /logger must be a function, or have/],
  ])("says what is wrong with %j", (options, message) => {
    expect(() => pollingMiddleware(options as never)).toThrow(message);
  });
});
