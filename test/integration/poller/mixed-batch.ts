import type { SQSEvent } from "aws-lambda";
import { expect } from "vitest";
import { lambdaRecord } from "../../../infra/local/event-source-mapping/lambda-record.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import type { Target } from "../sqs-conformance/target.ts";

/** A batch with a record of each kind on any SQS server, and the place where each must end. */
export interface MixedBatch extends AsyncDisposable {
  readonly event: SQSEvent;
  /** The poller's environment, without the address of the server. */
  readonly environment: Readonly<Record<string, string>>;
  /** Fails unless each record is where the poller should have put it. */
  expectSettled(): Promise<void>;
}

/** Creates three queues, sends the batch, and receives it as Lambda would. */
export async function startMixedBatch(target: Target): Promise<MixedBatch> {
  const [polls, outcomes, deadLetters] = [
    await target.queue({ VisibilityTimeout: "720" }),
    await target.queue(),
    await target.queue(),
  ];
  const jobs = await startHttpJobs({
    "/done": () => ({ status: 200, body: { size: 3, emoji: "😀" } }),
    "/failing": () => ({ status: 410 }),
    "/pending": () => ({ status: 202 }),
    "/later": () => ({ status: 202, headers: { "retry-after": "600" } }),
  });
  const message = (path: string, fields: object = {}) =>
    JSON.stringify({ pollId: path.slice(1), request: { url: `${jobs.url}${path}` }, ...fields });
  const bodies = [
    message("/done", { context: { order: 7 } }),
    message("/failing"),
    message("/pending", { delaySeconds: 0, retryCount: 3 }),
    message("/later"),
    "not json",
  ];
  const MessageAttributes = { trace: { DataType: "String", StringValue: "t-1" } };
  for (const body of bodies) await target.send(polls, body, { MessageAttributes });
  const arn = await target.arn(polls);
  const event: SQSEvent = { Records: [] };
  while (event.Records.length < bodies.length) {
    const received = await target.receive(polls, {
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 5,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    if (received.length === 0) throw new Error(`${event.Records.length} of the records came.`);
    event.Records.push(...received.map((of) => lambdaRecord(of, arn)));
  }

  return {
    event,
    environment: {
      QUEUE_URL: polls,
      OUTCOME_QUEUE_URL: outcomes,
      DEAD_LETTER_QUEUE_URL: deadLetters,
      POLL_ALLOW_PRIVATE: "true",
      LOG_LEVEL: "SILENT",
    },
    async expectSettled() {
      const ended = [await target.receiveOne(outcomes), await target.receiveOne(outcomes)]
        .map(({ Body }) => JSON.parse(Body))
        .sort((one, other) => (one.pollId < other.pollId ? -1 : 1));
      expect(ended).toMatchObject([
        {
          pollId: "done",
          status: "succeeded",
          context: { order: 7 },
          response: { body: { size: 3, emoji: "😀" } },
        },
        { pollId: "failing", status: "failed", response: { status: 410 } },
      ]);
      const all = { MessageAttributeNames: ["All"] };
      const letter = await target.receiveOne(deadLetters, all);
      expect(letter.Body).toBe("not json");
      expect(letter.MessageAttributes?.reason?.StringValue).toBe(
        "message body: is not valid JSON: at column 1",
      );
      const requeued = await target.receiveOne(polls, all);
      expect(JSON.parse(requeued.Body)).toMatchObject({ pollId: "pending", retryCount: 4 });
      expect(requeued.MessageAttributes).toMatchObject(MessageAttributes);
      const { ApproximateNumberOfMessagesDelayed: delayed } = await target.attributes(polls);
      expect(delayed).toBe("1");
    },
    async [Symbol.asyncDispose]() {
      await jobs.close();
    },
  };
}
