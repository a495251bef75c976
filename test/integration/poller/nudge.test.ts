import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPollClient, type PollClient } from "../../../lib/client/index.ts";
import { type FencedWorld, type Handler, startFencedWorld } from "./fenced-world.ts";

const HOP_MS = 900_000;
const HOURS = 40_000;

let world: FencedWorld;
let client: PollClient;
beforeEach(async () => {
  world = await startFencedWorld({
    "/pending": () => ({ status: 202 }),
    "/done": () => ({ status: 200 }),
  });
  client = createPollClient({
    queueUrl: world.queues.queueUrl,
    tableName: world.table.tableName,
    dynamodb: world.table.documents,
  });
});
afterEach(() => world[Symbol.asyncDispose]());

const pollId = "nudged";
const hop = async (handler: Handler): Promise<number> => {
  world.later(HOP_MS);
  await world.run(handler);
  return world.jobs.countOf("/pending");
};

describe("a nudged poll", () => {
  it.each([
    ["a claim per request", "true"],
    ["checkpoints", "checkpoints"],
  ])(
    "that waits for hours is asked within one hop, once, and then waits for hours again, with %s",
    async (_, POLL_FENCE) => {
      const handler = await world.load({ POLL_FENCE });
      const fields = { pollId, delaySeconds: HOURS, backoff: { jitter: "none" } } as const;
      // Sequences 0 to 2: with checkpoints, the one that waits is not a checkpoint, and neither is the next one.
      await world.run(handler, world.message("/pending", { ...fields, delaySeconds: 1 }));
      world.later(1000);
      await world.run(handler);
      world.later(1000);
      const [waiting = ""] = await world.bodies(world.queues.queueUrl);
      const changed = JSON.stringify({ ...JSON.parse(waiting), ...fields });
      await world.run(handler, changed);
      expect(await hop(handler)).toBe(3);
      expect(await client.nudge(pollId)).toEqual({ nudged: true, withinSeconds: 900 });
      expect(await client.status(pollId)).toMatchObject({ isNudged: true });
      expect(await hop(handler)).toBe(4);
      expect(await client.status(pollId)).not.toHaveProperty("isNudged");
      expect(await hop(handler)).toBe(4);
      expect(await hop(handler)).toBe(4);
      expect(await client.nudge(pollId)).toMatchObject({ nudged: true });
      expect(await hop(handler)).toBe(5);
    },
  );

  it("uses a retry, as any other request", async () => {
    const handler = await world.load();
    const fields = { pollId, delaySeconds: HOURS, maxRetries: 1 };
    await world.run(handler, world.message("/pending", fields));
    await client.nudge(pollId);
    expect(await hop(handler)).toBe(2);
    expect(await client.outcome(pollId)).toMatchObject({ status: "exhausted", retryCount: 1 });
    expect(await client.nudge(pollId)).toEqual({ nudged: false, state: "exhausted" });
  });

  it("that is not known, was cancelled or has ended is not nudged", async () => {
    expect(await client.nudge(pollId)).toBeUndefined();
    expect(await world.table.row(pollId)).toBeUndefined();
    await world.run(await world.load(), world.message("/done", { pollId }));
    expect(await client.nudge(pollId)).toEqual({ nudged: false, state: "succeeded" });
    const other = "other";
    await client.cancel(other);
    expect(await client.nudge(other)).toEqual({ nudged: false, state: "cancelled" });
  });

  it("that was cancelled after it was nudged is not asked", async () => {
    const handler = await world.load();
    await world.run(handler, world.message("/pending", { pollId, delaySeconds: HOURS }));
    await client.nudge(pollId);
    await client.cancel(pollId);
    expect(await hop(handler)).toBe(1);
    expect(await world.bodies(world.queues.outcomeQueueUrl)).toHaveLength(1);
  });
});
