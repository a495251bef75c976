import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({
    "/done": () => ({ status: 200, body: { size: 3 } }),
    "/pending": () => ({ status: 202 }),
    "/pause": () => ({ status: 429, headers: { "retry-after": "120" } }),
    "/failing": () => ({ status: 410 }),
    "/broken": () => ({ status: 500 }),
    "/slow": () => ({ status: 200, delayMs: 200 }),
    "/slow-pending": () => ({ status: 202, delayMs: 200 }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

const byPollId = async (queueUrl: string) => {
  const bodies = await world.bodies(queueUrl);
  return new Map(bodies.map((body) => JSON.parse(body)).map((of) => [of.pollId, of]));
};
const outcomes = () => byPollId(world.queues.outcomeQueueUrl);
const requeued = () => byPollId(world.queues.queueUrl);

describe("the poller", () => {
  it("settles a mixed batch: each record ends in its place, and none affects another", async () => {
    const { queues, jobs, load, message } = world;
    const later = Date.now() + 11 * 3_600_000;
    const event = await queues.event(
      message("/done", { context: { order: 7 } }),
      message("/pending", { retryCount: 3, delaySeconds: 10 }),
      message("/pause", { delaySeconds: 10 }),
      message("/failing"),
      message("/broken", { delaySeconds: 10 }),
      message("/pending", { pollId: "last", maxRetries: 2, retryCount: 2 }),
      message("/done", { pollId: "late", expiresAt: "2020-01-01T00:00:00Z" }),
      message("/done", { pollId: "early", notBefore: later }),
      JSON.stringify({ pollId: "down", request: { url: "http://127.0.0.1:1/" }, maxErrors: 0 }),
      message("/done", { pollId: "guarded", request: { url: "http://169.254.169.254/" } }),
      "not json",
      JSON.stringify({ request: { url: "file:///etc/passwd" } }),
    );
    const handler = await load();
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

    const ended = await outcomes();
    expect(ended.get("done")).toMatchObject({
      status: "succeeded",
      context: { order: 7 },
      response: { status: 200, body: { size: 3 } },
    });
    expect(ended.get("failing")).toMatchObject({
      status: "failed",
      response: { status: 410 },
      error: { name: "HttpStatusError", message: "the server answered 410" },
    });
    expect(ended.get("last")).toMatchObject({ status: "exhausted", retryCount: 2 });
    expect(ended.get("late")).toMatchObject({ status: "expired" });
    expect(ended.get("down")).toMatchObject({ status: "failed" });
    expect(ended.get("guarded")).toMatchObject({
      status: "failed",
      error: { name: "ForbiddenAddressError" },
    });
    expect(ended.size).toBe(6);

    const letters = await queues.receive(queues.deadLetterQueueUrl);
    expect(letters.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue)).toEqual([
      "message body: is not valid JSON: at column 1",
      "request.url: must be an http or https URL",
    ]);

    queues.advance(15_000);
    const back = await requeued();
    expect(back.get("pending")).toMatchObject({ retryCount: 4, sequence: 1 });
    expect(back.get("broken")).toMatchObject({ retryCount: 1, errorCount: 1, sequence: 1 });
    expect([...back.keys()].sort()).toEqual(["broken", "pending"]);
    queues.advance(110_000);
    expect((await requeued()).get("pause")).toMatchObject({ retryCount: 1 });
    queues.advance(900_000);
    const early = (await requeued()).get("early");
    expect(early).toMatchObject({ sequence: 1 });
    expect(Math.abs(early.notBefore - later)).toBeLessThan(1000);
    expect(jobs.countOf("/done")).toBe(1);
  });

  it("makes the requests of 100 records at once, and requeues them in 10 calls", async () => {
    const { queues, jobs, load, message } = world;
    const bodies = Array.from({ length: 100 }, (_, n) =>
      message("/slow-pending", { pollId: `poll-${n}` }),
    );
    const event = await queues.event(...bodies);
    const handler = await load();
    await handler(event, lambdaContext());
    expect(jobs.mostAtOnce).toBe(100);
    expect(queues.calls).toEqual(Array(10).fill("SendMessageBatch"));
  });

  it("keeps to POLL_CONCURRENCY", async () => {
    const { queues, jobs, load, message } = world;
    const event = await queues.event(...Array.from({ length: 12 }, () => message("/slow")));
    const handler = await load({ POLL_CONCURRENCY: "5" });
    await handler(event, lambdaContext());
    expect(jobs.mostAtOnce).toBe(5);
  });

  it("names each missing or wrong variable", async () => {
    await expect(world.load({ QUEUE_URL: "", POLL_CONCURRENCY: "many" })).rejects.toThrow(
      /QUEUE_URL must be a queue URL.*POLL_CONCURRENCY must be an integer/,
    );
  });
});

describe("a poll that is due later", () => {
  it("is dead-lettered now if it is invalid, and ends now if it has expired", async () => {
    const { queues, load, message } = world;
    const notBefore = Date.now() + 4_000_000;
    const wrong = JSON.stringify({ ...JSON.parse(message("/done")), notBefore, bogus: 1 });
    const late = message("/done", { notBefore, expiresAt: "2020-01-01T00:00:00Z" });
    const never = message("/done", { pollId: "never", notBefore: 1e300 });
    const handler = await load();
    const event = await queues.event(wrong, late, never);
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(await world.bodies(queues.deadLetterQueueUrl)).toEqual([wrong, never]);
    expect((await outcomes()).get("done")).toMatchObject({ status: "expired" });
  });
});

describe("a message that another version requeued", () => {
  it("is polled even if it has an unknown field", async () => {
    const { queues, load, message } = world;
    const requeued = { ...JSON.parse(message("/pending")), copyId: "c", sequence: 1, nextField: 1 };
    const event = await queues.event(JSON.stringify(requeued));
    await (await load())(event, lambdaContext());
    expect(await world.bodies(queues.deadLetterQueueUrl)).toEqual([]);
    queues.advance(30_000);
    expect((await byPollId(queues.queueUrl)).get("pending")).toMatchObject({ nextField: 1 });
  });
});

describe("a message of the largest size", () => {
  it("can be polled repeatedly", async () => {
    const { queues, load, message } = world;
    const least = message("/pending", { delaySeconds: 0, context: "" });
    const context = "x".repeat(1_048_576 - 1024 - least.length);
    const handler = await load();
    let event = await queues.event(message("/pending", { delaySeconds: 0, context }));
    for (let round = 1; round <= 3; round++) {
      await handler(event, lambdaContext());
      event = await queues.event();
      expect(JSON.parse(event.Records[0]?.body ?? "{}")).toMatchObject({ retryCount: round });
    }
  });
});
