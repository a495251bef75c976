import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
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

  it("POLL_MAX_RETRIES: accepts a message that asks for more, and exhausts it early", async () => {
    await pollOnce({ POLL_MAX_RETRIES: "0" }, { maxRetries: 100_000 });
    expect(await outcomes()).toMatchObject([
      { status: "exhausted", error: { message: expect.stringContaining("POLL_MAX_RETRIES=0") } },
    ]);
    expect(world.jobs.countOf("/pending")).toBe(1);
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
