import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startCountingServer } from "../../support/counting-server.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({ "/pending": () => ({ status: 202 }) });
});
afterEach(() => world[Symbol.asyncDispose]());

async function pollOnce(environment: Record<string, string>, fields: object) {
  const handler = await world.load(environment);
  const event = await world.queues.event(world.message("/pending", fields));
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
}
const outcomes = async () =>
  (await world.bodies(world.queues.outcomeQueueUrl)).map((body) => JSON.parse(body));

describe("the operator's caps", () => {
  it("POLL_MIN_DELAY_SECONDS: delays a message whose delaySeconds is 0", async () => {
    await pollOnce({ POLL_MIN_DELAY_SECONDS: "60" }, { delaySeconds: 0 });
    world.queues.advance(55_000);
    expect(await world.bodies(world.queues.queueUrl)).toEqual([]);
    world.queues.advance(6000);
    const [body = "{}"] = await world.bodies(world.queues.queueUrl);
    expect(JSON.parse(body)).toMatchObject({ delaySeconds: 0, retryCount: 1 });
  });

  it("POLL_MIN_DELAY_SECONDS: delays a message that falsely says that it has ended", async () => {
    const undelivered = { since: 0, attempts: 0 };
    await pollOnce({ POLL_MIN_DELAY_SECONDS: "3600" }, { delaySeconds: 0, undelivered });
    world.queues.advance(910_000);
    const handler = await world.load({ POLL_MIN_DELAY_SECONDS: "3600" });
    const event = await world.queues.event();
    expect(event.Records).toHaveLength(1);
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(world.jobs.countOf("/pending")).toBe(1);
  });

  it("POLL_MAX_RETRIES: accepts a message that asks for more, and exhausts it early", async () => {
    await pollOnce({ POLL_MAX_RETRIES: "0" }, { maxRetries: 100_000 });
    expect(await outcomes()).toMatchObject([
      { status: "exhausted", error: { message: expect.stringContaining("POLL_MAX_RETRIES=0") } },
    ]);
    expect(world.jobs.countOf("/pending")).toBe(1);
  });

  it("count a request whose redirect leads to a host without room", async () => {
    const busy = await startCountingServer(() => undefined);
    const open = await startCountingServer((_, response) =>
      response.writeHead(302, { location: busy.url }).end(),
    );
    onTestFinished(async () => {
      await busy.close();
      await open.close();
    });
    const asking = (pollId: string, url: string, timeoutMs: number) =>
      world.message("/", { pollId, request: { url, timeoutMs }, delaySeconds: 0 });
    const handler = await world.load({ POLL_HOST_CONCURRENCY: "1", POLL_MIN_DELAY_SECONDS: "60" });
    const event = await world.queues.event(
      asking("busy", busy.url, 2000),
      asking("p", open.url, 500),
    );
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(await world.bodies(world.queues.queueUrl)).toEqual([]);
    world.queues.advance(61_000);
    const next = (await world.bodies(world.queues.queueUrl)).map((body) => JSON.parse(body));
    expect(next.find(({ pollId }) => pollId === "p")).toMatchObject({ retryCount: 1 });
    expect([open.requests, busy.requests]).toEqual([1, 1]);
  });

  it("POLL_MAX_AGE_SECONDS: ends an older poll without a request", async () => {
    const startedAt = Date.now() - 3_600_000;
    await pollOnce({ POLL_MAX_AGE_SECONDS: "1800" }, { startedAt, sequence: 1, copyId: "c" });
    expect(await outcomes()).toMatchObject([
      {
        status: "expired",
        error: { message: expect.stringContaining("POLL_MAX_AGE_SECONDS=1800") },
      },
    ]);
    expect(world.jobs.countOf("/pending")).toBe(0);
  });
});
