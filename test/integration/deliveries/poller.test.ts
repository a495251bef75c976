import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deleteRecords } from "../../../infra/local/event-source-mapping/delete-records.ts";
import { outcomeSchema } from "../../../lib/outcome/outcome-schema.ts";
import type { PollMessage } from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type DestinationsWorld, startDestinationsWorld } from "./destinations-world.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:outcomes";

let destinations: DestinationsWorld;
let world: DestinationsWorld["world"];
let table: DestinationsWorld["table"];
let services: DestinationsWorld["services"];
let handler: Awaited<ReturnType<DestinationsWorld["world"]["load"]>>;
beforeAll(async () => {
  destinations = await startDestinationsWorld({
    "/done": () => ({ status: 200, body: { state: "done" } }),
    "/gone": () => ({ status: 404, body: {} }),
    "/hook": () => ({ status: 204 }),
  });
  ({ world, table, services } = destinations);
});
afterAll(() => destinations[Symbol.asyncDispose]());
beforeEach(() => destinations.forget());

/** Runs a batch, as Lambda does; returns the records that failed. */
const run = async (...messages: string[]): Promise<string[]> => {
  const { queues } = world;
  const { Records } = await queues.event(...messages);
  const { batchItemFailures } = await handler({ Records }, lambdaContext());
  const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  const done = Records.filter(({ messageId }) => !failed.includes(messageId));
  await deleteRecords(queues.sqs, queues.queueUrl, done);
  return failed;
};
const poll = (id: string, deliver: PollMessage["deliver"], path = "/done") =>
  world.message(path, { pollId: id, deliver });

describe.each([
  ["without a table", false],
  ["with a table", true],
])("the poller %s delivers to the destinations that a message names", (_name, hasTable) => {
  beforeAll(async () => {
    handler = await world.load({
      POLL_ALLOW_DELIVERIES: `queue:${new URL(world.queues.queueUrl).origin}/*,eventBus:orders,topic:${TOPIC},taskToken,webhook`,
      AWS_ENDPOINT_URL_EVENTBRIDGE: services.url,
      AWS_ENDPOINT_URL_SNS: services.url,
      AWS_ENDPOINT_URL_SFN: services.url,
      TABLE_NAME: hasTable ? table.tableName : "",
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    });
  });

  it("of five kinds in one batch, while one of them is down", async () => {
    services.mishap = (action) =>
      action === "PublishBatch"
        ? { kind: "error", status: 503, code: "ServiceUnavailable" }
        : undefined;
    const failed = await run(
      poll("queue", { queueUrl: world.queues.outcomeQueueUrl }),
      poll("bus", { eventBus: "orders" }),
      poll("topic", { topicArn: TOPIC }),
      poll("token", { taskToken: "token-1" }),
      poll("webhook", { webhook: { url: `${world.jobs.url}/hook` } }),
      world.message("/done", { pollId: "default" }),
    );
    expect(failed).toHaveLength(hasTable ? 1 : 0);
    const outcomes = await world.bodies(world.queues.outcomeQueueUrl);
    expect(outcomes.map((body) => JSON.parse(body).pollId).toSorted()).toEqual([
      "default",
      "queue",
    ]);
    expect(services.accepted.map(({ to }) => to).toSorted()).toEqual(["orders", "token-1"]);
    expect(JSON.parse(services.accepted[0]?.json ?? "")).toMatchObject({ status: "succeeded" });

    services.mishap = () => undefined;
    world.queues.advance(20_000);
    const asked = world.jobs.requests.length;
    expect(await run()).toEqual([]);
    expect(services.accepted.map(({ to }) => to)).toContain(TOPIC);
    // Only the webhook's POST: the poll of the topic asked nothing again.
    expect(world.jobs.requests.slice(asked).map(({ path }) => path)).toEqual(["/hook"]);
    world.queues.advance(1_000_000);
    expect(await world.queues.receive(world.queues.queueUrl)).toEqual([]);
    expect(await world.queues.receive(world.queues.deadLetterQueueUrl)).toEqual([]);
  });

  it("each of several, with the same bytes, and repeats none because another refused", async () => {
    let refusals = 2;
    services.mishap = (action) =>
      action === "PutEvents" && refusals-- > 0
        ? { kind: "entries", code: () => "InternalFailure" }
        : undefined;
    const several = [{ eventBus: "orders" }, { topicArn: TOPIC }, { taskToken: "token-2" }];
    await run(poll("several", several));
    for (let round = 0; round < 3; round++) {
      world.queues.advance(60_000);
      await run();
    }
    expect(services.accepted.map(({ to }) => to).toSorted()).toEqual([TOPIC, "orders", "token-2"]);
    expect(new Set(services.accepted.map(({ json }) => json)).size).toBe(1);
    expect(outcomeSchema.safeParse(JSON.parse(services.accepted[0]?.json ?? "")).success).toBe(
      true,
    );
  });

  it("again without asking the API again", async () => {
    let refusals = 3;
    services.mishap = () =>
      refusals-- > 0 ? { kind: "error", status: 400, code: "ThrottlingException" } : undefined;
    const asked = world.jobs.requests.length;
    await run(poll("throttled", { eventBus: "orders" }));
    expect(services.accepted).toEqual([]);
    for (let round = 0; round < 3; round++) {
      world.queues.advance(20_000);
      expect(await run()).toEqual([]);
    }
    expect(services.accepted).toHaveLength(1);
    expect(JSON.parse(services.accepted[0]?.json ?? "")).toMatchObject({ pollId: "throttled" });
    expect(world.jobs.requests).toHaveLength(asked + 1);
  });

  it("tells a task of a failure", async () => {
    await run(poll("failure", { taskToken: "token-3" }, "/gone"));
    expect(services.accepted).toMatchObject([{ to: "token-3", said: "failed" }]);
    expect(JSON.parse(services.accepted[0]?.json ?? "")).toMatchObject({ status: "failed" });
  });

  it("makes a dead letter of an outcome that can never be delivered", async () => {
    services.mishap = (action) =>
      action === "SendTaskSuccess"
        ? { kind: "error", status: 400, code: "TaskTimedOut" }
        : undefined;
    await run(poll("late", [{ taskToken: "token-4" }, { eventBus: "orders" }]));
    const [letter] = await world.queues.receive(world.queues.deadLetterQueueUrl);
    expect(letter?.Body).toBe(services.accepted[0]?.json);
    expect(JSON.parse(letter?.Body ?? "")).toMatchObject({ pollId: "late", status: "succeeded" });
    expect(letter?.MessageAttributes).toMatchObject({
      status: { StringValue: "undelivered" },
      reason: { StringValue: expect.stringContaining("deliver.taskToken: Step Functions") },
    });
    expect(letter?.MessageAttributes?.reason?.StringValue).toContain("TaskTimedOut");
  });

  it.each<[string, unknown, string]>([
    ["a forbidden bus", { eventBus: "other" }, "deliver.eventBus: must be a destination that"],
    ["two kinds in one", { eventBus: "orders", taskToken: "t" }, "deliver: must be exactly one of"],
    ["nothing", {}, "deliver: must be exactly one of"],
    ["no destination", [], "deliver: must be at least one destination"],
    ["five destinations", Array(5).fill({ taskToken: "t" }), "deliver: must be at most 4"],
    [
      "a misspelled kind",
      { queueURL: "x" },
      "deliver.queueURL: unknown field, must be left out: did you mean deliver.queueUrl?",
    ],
    [
      "a wrong one in a list",
      [{ taskToken: "t" }, { topicArn: "orders" }],
      "deliver.1.topicArn: must be the ARN of a standard SNS topic",
    ],
    ["a text", "https://example.com", "deliver: must be an object"],
  ])("refuses a message that names %s, and asks nothing", async (_name, deliver, reason) => {
    const asked = world.jobs.requests.length;
    const message = JSON.stringify({ request: { url: `${world.jobs.url}/done` }, deliver });
    expect(await run(message)).toEqual([]);
    const [letter] = await world.queues.receive(world.queues.deadLetterQueueUrl);
    expect(letter?.Body).toBe(message);
    expect(letter?.MessageAttributes?.reason?.StringValue).toContain(reason);
    expect(world.jobs.requests).toHaveLength(asked);
  });
});
