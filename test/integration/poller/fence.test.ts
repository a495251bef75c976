import { once } from "node:events";
import net from "node:net";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let table: LocalTable;
let world: PollerWorld;
beforeAll(async () => {
  table = await startLocalTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  world = await startPollerWorld({
    "/done": (nth) => ({ status: 200, body: { nth } }),
    "/pending": () => ({ status: 202 }),
    "/failing": () => ({ status: 410 }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

let polls = 0;
const newPollId = () => `fenced-${++polls}`;
const load = (more: Record<string, string> = {}) =>
  world.load({ TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint, ...more });
const NONE = { batchItemFailures: [] };

describe("the poller with a table", () => {
  it("makes no request for a redelivery whose successor was received", async () => {
    const { queues, jobs, message } = world;
    const pollId = newPollId();
    const handler = await load();
    const first = await queues.event(message("/pending", { pollId, delaySeconds: 0 }));
    await handler(first, lambdaContext());
    const second = await queues.event();
    await handler(second, lambdaContext());
    expect(await handler(first, lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/pending")).toBe(2);
    expect(await world.bodies(queues.queueUrl)).toHaveLength(1);
  });

  it("lets one of two forks continue", async () => {
    const { queues, jobs, message } = world;
    const pollId = newPollId();
    const handler = await load();
    const fork = { pollId, sequence: 4, delaySeconds: 0 };
    const event = await queues.event(
      message("/pending", { ...fork, copyId: "a" }),
      message("/pending", { ...fork, copyId: "b" }),
    );
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/pending")).toBe(1);
    expect(await world.bodies(queues.queueUrl)).toHaveLength(1);
  });

  it("makes no request for a second submission, while the poll runs or after it has ended", async () => {
    const { queues, jobs, message } = world;
    const pollId = newPollId();
    const handler = await load();
    const submit = (path: string) => queues.event(message(path, { pollId }));
    await handler(await submit("/pending"), lambdaContext());
    expect(await handler(await submit("/pending"), lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/pending")).toBe(1);

    queues.advance(30_000);
    await handler(await queues.event(), lambdaContext());
    await handler(await submit("/done"), lambdaContext());
    expect(jobs.countOf("/done")).toBe(0);
  });

  it("delivers the same outcome, byte for byte, for each submission of an ended poll", async () => {
    const { queues, jobs, message } = world;
    const handler = await load();
    const text = message("/done", { pollId: newPollId() }).replace(/}$/, ',"context":0.10}');
    for (const submission of [text, text, text]) {
      expect(await handler(await queues.event(submission), lambdaContext())).toEqual(NONE);
    }
    expect(jobs.countOf("/done")).toBe(1);
    const [outcome = "", ...again] = await world.bodies(queues.outcomeQueueUrl);
    expect(again).toEqual([outcome, outcome]);
    expect(outcome).toContain('"context":0.10');
    expect(JSON.parse(outcome)).toMatchObject({ response: { body: { nth: 1 } } });
  });

  it("makes no claim for a poll that is poison or held", async () => {
    const { queues, message } = world;
    const [poison, early] = [newPollId(), newPollId()];
    const handler = await load();
    const event = await queues.event(
      message("/done", { pollId: poison, maxRetries: -1 }),
      message("/done", { pollId: early, notBefore: Date.now() + 60_000 }),
    );
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    expect(await table.row(poison)).toBeUndefined();
    expect(await table.row(early)).toBeUndefined();
  });

  it("without an outcome queue, decides a failed poll before it dead-letters it", async () => {
    const { queues, jobs, message } = world;
    const pollId = newPollId();
    const handler = await load({ OUTCOME_QUEUE_URL: "" });
    const text = message("/failing", { pollId });
    expect(await handler(await queues.event(text), lambdaContext())).toEqual(NONE);
    expect(await table.row(pollId)).toHaveProperty("outcome");
    const [letter] = await queues.receive(queues.deadLetterQueueUrl);
    expect(letter).toMatchObject({
      Body: text,
      MessageAttributes: { status: { StringValue: "failed" } },
    });

    // After a redrive the poll is still ended, so it becomes the same dead letter again.
    expect(await handler(await queues.event(text), lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/failing")).toBe(1);
    expect(await world.bodies(queues.deadLetterQueueUrl)).toEqual([text]);
  });

  it("continues with a first message that was redriven after its invocation died", async () => {
    const { queues, jobs, message } = world;
    const pollId = newPollId();
    const handler = await load();
    const text = message("/done", { pollId });
    // The row that a killed invocation leaves: its lease has passed, and there is no successor.
    const leaseUntil = Date.now() - 30_000;
    const row = { pollId, seen: 0, owner: "before", claimId: "x", leaseUntil };
    await table.documents.send(new PutCommand({ TableName: table.tableName, Item: row }));
    expect(await handler(await queues.event(text), lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/done")).toBe(1);
  });
});

describe("the poller whose table", () => {
  it("cannot be reached holds the records, which come back in minutes without a used receive", async () => {
    const { queues, jobs, message } = world;
    const handler = await load({ AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });
    const event = await queues.event(message("/done", { pollId: newPollId() }));
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/done")).toBe(0);
    expect((await queues.event()).Records).toEqual([]);
    queues.advance(300_000);
    const back = await queues.event();
    expect(back.Records[0]?.attributes.ApproximateReceiveCount).toBe("1");
  });

  it("does not exist holds the records", async () => {
    const { queues, message } = world;
    const handler = await load({ TABLE_NAME: "nowhere" });
    const event = await queues.event(message("/done", { pollId: newPollId() }));
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    queues.advance(300_000);
    expect((await queues.event()).Records).toHaveLength(1);
  });

  it("never answers ends its invocation in time: the records are held, and none is lost", async () => {
    const { queues, jobs, message } = world;
    const request = { url: `${jobs.url}/done`, timeoutMs: 100 };
    const sockets = new Set<net.Socket>();
    const silent = net.createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const handler = await load({ AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` });
    const event = await queues.event(message("/done", { pollId: newPollId(), request }));
    // The records are held after 5.25 s, before the table's client gives up after 6 s.
    const context = lambdaContext(7000);
    expect(await handler(event, context)).toEqual(NONE);
    expect(context.getRemainingTimeInMillis()).toBeGreaterThan(0);
    expect(jobs.countOf("/done")).toBe(0);
    const [back = "{}"] = await world.bodies(queues.queueUrl);
    expect(JSON.parse(back)).toMatchObject({ sequence: 0, unaskedClaimIds: [expect.any(String)] });
    expect(JSON.parse(back)).not.toHaveProperty("retryCount");
    for (const socket of sockets) socket.destroy();
    silent.close();
    await once(silent, "close");
  });
});
