import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let table: LocalTable;
let world: PollerWorld;
beforeAll(async () => {
  table = await startLocalTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  const started = { status: 202, headers: { location: "/job" } };
  world = await startPollerWorld({
    "/start": () => started,
    "/busy-first": (nth) =>
      nth === 1 ? { status: 429, headers: { "retry-after": "5" } } : started,
    "/broken-first": (nth) => (nth === 1 ? { status: 500 } : started),
    "/slow": () => ({ ...started, delayMs: 400 }),
    "/job": () => ({ status: 200, body: { done: true } }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

let polls = 0;
const newPollId = () => `started-${++polls}`;
const load = () =>
  world.load({ TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint });
const message = (path: string, pollId: string, start: object = {}) =>
  JSON.stringify({
    pollId,
    start: { url: `${world.jobs.url}${path}`, body: { n: 1 }, ...start },
    until: "http-async",
    delaySeconds: 1,
  });
/** Processes what is visible after a time, until nothing comes any more. */
async function settle(handler: Awaited<ReturnType<typeof load>>): Promise<void> {
  for (let rounds = 0; rounds < 10; rounds++) {
    world.queues.advance(400_000);
    const event = await world.queues.event();
    if (event.Records.length === 0) return;
    await handler(event, lambdaContext());
  }
  throw new Error("the queue is not empty");
}
const outcomes = async () =>
  (await world.bodies(world.queues.outcomeQueueUrl)).map((body) => JSON.parse(body));
const NONE = { batchItemFailures: [] };

describe("the poller, for a start that must be made at most once", () => {
  it("starts the job once and polls it, with one more write than a poll has", async () => {
    const { queues, jobs } = world;
    const pollId = newPollId();
    const handler = await load();
    const event = await queues.event(message("/start", pollId));
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    const row = await table.row(pollId);
    expect(row).toMatchObject({ startClaimId: row?.claimId, next: expect.any(Uint8Array) });
    await settle(handler);
    expect(jobs.countOf("/start")).toBe(1);
    expect(await outcomes()).toMatchObject([{ pollId, status: "succeeded", retryCount: 1 }]);
  });

  it("sends the next message once more for a start that comes again, and starts nothing", async () => {
    const { queues, jobs } = world;
    const pollId = newPollId();
    const handler = await load();
    const event = await queues.event(message("/start", pollId));
    queues.fail({
      entry: (action, queue) =>
        action === "SendMessageBatch" && queue === "polls" ? "InternalError" : undefined,
    });
    const { batchItemFailures } = await handler(event, lambdaContext());
    expect(batchItemFailures).toHaveLength(1);
    queues.fail({});
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/start")).toBe(1);
    queues.advance(3000);
    const [next = "{}"] = await world.bodies(queues.queueUrl);
    expect(JSON.parse(next)).not.toHaveProperty("start");
    expect(JSON.parse(next)).toMatchObject({ sequence: 1, request: { url: `${jobs.url}/job` } });
  });

  it("ends as unknown when the invocation that started it died, for each of its submissions", async () => {
    const { queues, jobs } = world;
    const pollId = newPollId();
    const handler = await load();
    const text = message("/start", pollId);
    // The row that a killed invocation leaves: its lease has passed, and it holds nothing that comes next.
    const leaseUntil = Date.now() - 30_000;
    const claimed = { claimId: "x", startClaimId: "x", proof: "p", proofClaimId: "x" };
    const row = { pollId, seen: 0, owner: "before", leaseUntil, ...claimed };
    const event = await queues.event(text);
    await handler(event, lambdaContext());
    const { digest } = { ...(await table.row(pollId)) };
    const Item = { ...row, digest };
    await table.documents.send(new PutCommand({ TableName: table.tableName, Item }));
    for (const submission of [text, text]) {
      expect(await handler(await queues.event(submission), lambdaContext())).toEqual(NONE);
    }
    expect(jobs.countOf("/start")).toBe(1);
    const [outcome, again] = await outcomes();
    expect(again).toEqual(outcome);
    expect(outcome).toMatchObject({ status: "failed", error: { name: "StartUnknownError" } });
  });

  it.each([
    ["answers 500", "/broken-first", {}],
    ["does not answer in time", "/slow", { timeoutMs: 100 }],
  ])("ends as unknown when the server %s", async (_what, path, start) => {
    const { queues, jobs } = world;
    const handler = await load();
    const text = message(path, newPollId(), start);
    await handler(await queues.event(text), lambdaContext());
    await settle(handler);
    expect(jobs.countOf(path)).toBe(1);
    expect(await outcomes()).toMatchObject([{ error: { name: "StartUnknownError" } }]);
  });

  it("starts again when the server said that it has started nothing", async () => {
    const { queues, jobs } = world;
    const handler = await load();
    const event = await queues.event(message("/busy-first", newPollId()));
    await handler(event, lambdaContext());
    // A redelivery of the message that was answered with 429 must not start.
    await handler(event, lambdaContext());
    expect(jobs.countOf("/busy-first")).toBe(1);
    await settle(handler);
    expect(jobs.countOf("/busy-first")).toBe(2);
    expect(await outcomes()).toMatchObject([{ status: "succeeded" }]);
  });

  it("starts again when the server could not be reached", async () => {
    const { queues } = world;
    const handler = await load();
    const gone = await startHttpJobs({});
    await gone.close();
    const event = await queues.event(message("/start", newPollId(), { url: `${gone.url}/start` }));
    expect(await handler(event, lambdaContext())).toEqual(NONE);
    queues.advance(3000);
    const [next = "{}"] = await world.bodies(queues.queueUrl);
    expect(JSON.parse(next)).toMatchObject({ sequence: 1, errorCount: 1, start: {} });
  });

  it("is a dead letter without a table", async () => {
    const { queues, jobs } = world;
    const handler = await world.load();
    const text = message("/start", newPollId());
    expect(await handler(await queues.event(text), lambdaContext())).toEqual(NONE);
    expect(jobs.countOf("/start")).toBe(0);
    const [letter] = await queues.receive(queues.deadLetterQueueUrl);
    expect(letter?.MessageAttributes?.reason?.StringValue).toContain("idempotent: true");
  });
});

describe("the poller, for a start that may be repeated", () => {
  const keysOf = (path: string) =>
    world.jobs.requests
      .filter((request) => request.path === path)
      .map(({ headers }) => headers["idempotency-key"]);

  it("repeats it with the same key, the outcomeId, also for a message that was redriven", async () => {
    const { queues } = world;
    const pollId = newPollId();
    const handler = await load();
    const text = message("/broken-first", pollId, { idempotent: true });
    await handler(await queues.event(text), lambdaContext());
    const [first] = keysOf("/broken-first");
    const row = await table.row(pollId);
    const Item = { ...row, leaseUntil: 0 };
    await table.documents.send(new PutCommand({ TableName: table.tableName, Item }));
    queues.advance(5000);
    await handler(await queues.event(text), lambdaContext());
    expect(keysOf("/broken-first")).toEqual([first, first]);
    await settle(handler);
    const [{ outcomeId }] = await outcomes();
    expect(outcomeId).toBe(first);
  });

  it("leaves a key that the message has, and needs no table", async () => {
    const { queues } = world;
    const handler = await world.load();
    const start = { idempotent: true, headers: { "Idempotency-Key": "mine" } };
    const text = message("/broken-first", newPollId(), start);
    await handler(await queues.event(text), lambdaContext());
    await settle(handler);
    expect(keysOf("/broken-first")).toEqual(["mine", "mine"]);
    expect(await outcomes()).toMatchObject([{ status: "succeeded" }]);
  });
});
