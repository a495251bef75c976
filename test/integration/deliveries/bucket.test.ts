import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deleteRecords } from "../../../infra/local/event-source-mapping/delete-records.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type DestinationsWorld, startDestinationsWorld } from "./destinations-world.ts";

/** It fits into a message and an event, but not into a row, a topic or a task. */
const LARGE = randomBytes(500_000).toString("base64");

let destinations: DestinationsWorld;
let world: DestinationsWorld["world"];
let table: DestinationsWorld["table"];
let services: DestinationsWorld["services"];
beforeAll(async () => {
  destinations = await startDestinationsWorld({
    "/large": () => ({ status: 200, body: { data: LARGE } }),
    "/small": () => ({ status: 200, body: { data: "small" } }),
  });
  ({ world, table, services } = destinations);
});
afterAll(() => destinations[Symbol.asyncDispose]());
beforeEach(() => destinations.forget());

const load = (hasTable: boolean, OUTCOME_BUCKET = "large-outcomes") =>
  world.load({
    OUTCOME_BUCKET,
    POLL_ALLOW_DELIVERIES: "queue:*,eventBus:orders,taskToken",
    AWS_ENDPOINT_URL_EVENTBRIDGE: services.url,
    AWS_ENDPOINT_URL_SFN: services.url,
    AWS_ENDPOINT_URL_S3: services.url,
    TABLE_NAME: hasTable ? table.tableName : "",
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });

let polls = 0;
const poll = (path: string) =>
  world.message(path, {
    pollId: `poll-${++polls}`,
    deliver: [
      { queueUrl: world.queues.outcomeQueueUrl },
      { taskToken: "token" },
      { eventBus: "orders" },
    ],
  });

async function run(handler: Awaited<ReturnType<typeof load>>, ...messages: string[]) {
  const { queues } = world;
  const { Records } = await queues.event(...messages);
  const { batchItemFailures } = await handler({ Records }, lambdaContext());
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const done = Records.filter(({ messageId }) => !failed.has(messageId));
  await deleteRecords(queues.sqs, queues.queueUrl, done);
  return failed.size;
}

/** What arrived, parsed, and where. */
async function arrived() {
  const [queued = "{}"] = await world.bodies(world.queues.outcomeQueueUrl);
  const jsonTo = (to: string) => services.accepted.find((of) => of.to === to)?.json ?? "{}";
  const objects = services.accepted.filter(({ to }) => to.startsWith("/large-outcomes/"));
  return {
    queued: JSON.parse(queued),
    task: JSON.parse(jsonTo("token")),
    event: JSON.parse(jsonTo("orders")),
    objects: objects.map(({ to, json }) => ({ path: to, outcome: JSON.parse(json) })),
  };
}

describe("with a bucket for outcomes", () => {
  it("stores what is too large for a destination once, and says where to that one alone", async () => {
    expect(await run(await load(false), poll("/large"))).toBe(0);
    const { queued, task, event, objects } = await arrived();
    expect(queued.response.body.data).toBe(LARGE);
    expect(queued).not.toHaveProperty("stored");
    expect(event).toEqual(queued);
    expect(objects).toEqual([{ path: expect.stringContaining(queued.outcomeId), outcome: queued }]);
    const { body: _, ...head } = queued.response;
    const [, bucket, ...key] = objects[0]?.path.split("/") ?? [];
    expect(task).toEqual({ ...queued, response: head, stored: { bucket, key: key.join("/") } });
  });

  it("stores what is too large for the table, and delivers the same bytes everywhere", async () => {
    expect(await run(await load(true), poll("/large"))).toBe(0);
    const { queued, task, event, objects } = await arrived();
    expect(objects).toHaveLength(1);
    expect(objects[0]?.outcome.response.body.data).toBe(LARGE);
    expect(queued.stored).toEqual({ bucket: "large-outcomes", key: expect.any(String) });
    expect(queued).not.toHaveProperty("truncated");
    expect([task, event]).toEqual([queued, queued]);
  });

  it("stores the large outcome of a poll that ends at its start", async () => {
    const { request, ...fields } = JSON.parse(poll("/large"));
    const body = JSON.stringify({ ...fields, start: request, until: "http-async" });
    expect(await run(await load(true), body)).toBe(0);
    const { queued, task, event, objects } = await arrived();
    expect(objects.map(({ outcome }) => outcome.response.body.data)).toEqual([LARGE]);
    expect(queued.stored).toEqual({ bucket: "large-outcomes", key: expect.any(String) });
    expect([task, event]).toEqual([queued, queued]);
  });

  it.each([true, false])("loses nothing while the bucket is away (table: %s)", async (hasTable) => {
    services.mishap = (action) =>
      action === "PutObject" ? { kind: "error", status: 503, code: "SlowDown" } : undefined;
    const handler = await load(hasTable);
    expect(await run(handler, poll("/large"))).toBe(hasTable ? 1 : 0);
    services.mishap = () => undefined;
    world.queues.advance(20_000);
    expect(await run(handler)).toBe(0);
    const { queued, task, event, objects } = await arrived();
    expect(objects.length).toBeGreaterThan(0);
    expect(task.stored.bucket).toBe("large-outcomes");
    expect([queued.pollId, event.pollId]).toEqual([task.pollId, task.pollId]);
  });

  it("stores nothing that fits", async () => {
    expect(await run(await load(true), poll("/small"))).toBe(0);
    const { queued, task, objects } = await arrived();
    expect(objects).toEqual([]);
    expect(task).toEqual(queued);
  });

  it("and without one, cuts what is too large, and says so", async () => {
    expect(await run(await load(false, ""), poll("/large"))).toBe(0);
    const { queued, task, objects } = await arrived();
    expect(objects).toEqual([]);
    expect(queued).not.toHaveProperty("truncated");
    expect(task).toMatchObject({ truncated: true });
  });

  it.each(["", "large-outcomes"])(
    "says in a dead letter what the outcome was, however large it is (bucket: '%s')",
    async (bucket) => {
      services.mishap = (action) =>
        action === "PutEvents" ? { kind: "entries", code: () => "ResourceNotFound" } : undefined;
      const until = { success: "`true`", result: "body" };
      const deliver = { eventBus: "orders" };
      const body = world.message("/large", { pollId: `lettered-${bucket}`, until, deliver });
      const { queues } = world;
      const event = await queues.event(body);
      const attribute = { stringValue: "x".repeat(1000), dataType: "String" };
      for (const record of event.Records) record.messageAttributes = { own: attribute };
      const handler = await load(false, bucket);
      expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
      const [letter] = await queues.receive(queues.deadLetterQueueUrl);
      expect(letter?.MessageAttributes).toMatchObject({ status: { StringValue: "undelivered" } });
      const outcome = JSON.parse(letter?.Body ?? "{}");
      expect(outcome).toMatchObject({ pollId: `lettered-${bucket}`, status: "succeeded" });
      expect(outcome).toMatchObject(bucket ? { stored: { bucket } } : { truncated: true });
    },
  );
});
