import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogEntry } from "../../../lib/log/logger.ts";
import {
  completed,
  eachRecord,
  failureBackoff,
  RetryLaterError,
} from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalQueues, startLocalQueues } from "../../support/local-queues.ts";

let queues: LocalQueues;
beforeEach(async () => {
  queues = await startLocalQueues();
});
afterEach(() => queues.close());

const run = async (event: SQSEvent) => {
  const logged: LogEntry[] = [];
  const handler = middy()
    .use(sqsPartialBatchFailure({ logger: () => undefined }))
    .use(
      failureBackoff({
        queueUrl: queues.queueUrl,
        client: queues.sqs,
        logger: (entry) => logged.push(entry),
        random: () => 0,
      }),
    )
    .handler(
      eachRecord(({ body }) => {
        if (body === "fine") return completed();
        if (body === "later") throw new RetryLaterError("not yet", { retryAfterSeconds: 99.5 });
        throw new Error("not now");
      }),
    );
  return { response: await handler(event, lambdaContext()), logged };
};

describe("failureBackoff", () => {
  it("makes a failed record visible again after 4 seconds, then 1, 15 and 70 minutes", async () => {
    let event = await queues.event("{}");
    for (const seconds of [4, 60, 900, 4200]) {
      expect((await run(event)).response.batchItemFailures).toHaveLength(1);
      queues.advance(seconds * 1000 - 1);
      expect((await queues.event()).Records).toEqual([]);
      queues.advance(1);
      event = await queues.event();
      expect(event.Records).toHaveLength(1);
    }
  });

  it("uses the time of a RetryLaterError, and never an earlier one when the record fails again", async () => {
    let event = await queues.event("later");
    for (let receive = 1; receive <= 2; receive++) {
      await run(event);
      queues.advance(99_000);
      expect((await queues.event()).Records).toEqual([]);
      queues.advance(1000);
      event = await queues.event();
      expect(event.Records).toHaveLength(1);
    }
    await run(event);
    queues.advance(899_000);
    expect((await queues.event()).Records).toEqual([]);
  });

  it("changes only failed records, ten per call", async () => {
    const event = await queues.event("fine", ...Array.from({ length: 11 }, () => "{}"));
    const { response } = await run(event);
    expect(response.batchItemFailures).toHaveLength(11);
    expect(queues.calls).toEqual(Array(2).fill("ChangeMessageVisibilityBatch"));
  });

  it("only logs a refusal by SQS, because the record comes back later anyway", async () => {
    const event = await queues.event("1", "2");
    queues.fail({ entry: (_action, _queue, id) => (id === "0" ? "InternalError" : undefined) });
    const { response, logged } = await run(event);
    expect(response.batchItemFailures).toHaveLength(2);
    expect(logged).toMatchObject([
      { message: "visibility timeout not changed", messageId: event.Records[0]?.messageId },
    ]);
  });

  it("survives an SQS that cannot be reached", async () => {
    const event = await queues.event("1");
    queues.fail({ call: () => ({ code: "ServiceUnavailable" }) });
    const { response, logged } = await run(event);
    expect(response.batchItemFailures).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });
});
