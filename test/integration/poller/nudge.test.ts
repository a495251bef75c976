import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createPollClient, type PollClient } from "../../../lib/client/index.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";
import { runBatches } from "./run-batches.ts";

const HOP_MS = 900_000;
const HOURS = 40_000;

let table: LocalTable;
let world: PollerWorld;
let client: PollClient;
beforeAll(async () => {
  table = await startLocalTable();
});
afterAll(() => table.close());
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  world = await startPollerWorld({
    "/pending": () => ({ status: 202 }),
    "/done": () => ({ status: 200 }),
  });
  vi.setSystemTime(world.queues.now());
  client = createPollClient({
    queueUrl: world.queues.queueUrl,
    tableName: table.tableName,
    dynamodb: table.documents,
  });
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  vi.useRealTimers();
});

let polls = 0;
const newPollId = () => `nudged-${++polls}`;
const load = (more: Record<string, string> = {}) =>
  world.load({ TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint, ...more });
type Handler = Awaited<ReturnType<typeof load>>;
const later = (ms: number) => runBatches(world).later(ms);
const hop = async (handler: Handler): Promise<number> => {
  later(HOP_MS);
  await runBatches(world).run(handler);
  return world.jobs.countOf("/pending");
};

describe("a nudged poll", () => {
  it.each([
    ["a claim per request", "true"],
    ["checkpoints", "checkpoints"],
  ])(
    "that waits for hours is asked within one hop, once, and then waits for hours again, with %s",
    async (_, POLL_FENCE) => {
      const pollId = newPollId();
      const handler = await load({ POLL_FENCE });
      const fields = { pollId, delaySeconds: HOURS, backoff: { jitter: "none" } } as const;
      // Sequences 0 to 2: with checkpoints, the one that waits is not a checkpoint, and neither is the next one.
      await runBatches(world).run(
        handler,
        world.message("/pending", { ...fields, delaySeconds: 1 }),
      );
      later(1000);
      await runBatches(world).run(handler);
      later(1000);
      const [waiting = ""] = await world.bodies(world.queues.queueUrl);
      const changed = JSON.stringify({ ...JSON.parse(waiting), ...fields });
      await runBatches(world).run(handler, changed);
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
    const pollId = newPollId();
    const handler = await load();
    const fields = { pollId, delaySeconds: HOURS, maxRetries: 1 };
    await runBatches(world).run(handler, world.message("/pending", fields));
    await client.nudge(pollId);
    expect(await hop(handler)).toBe(2);
    expect(await client.outcome(pollId)).toMatchObject({ status: "exhausted", retryCount: 1 });
    expect(await client.nudge(pollId)).toEqual({ nudged: false, state: "exhausted" });
  });

  it("that is not known, was cancelled or has ended is not nudged", async () => {
    const pollId = newPollId();
    expect(await client.nudge(pollId)).toBeUndefined();
    expect(await table.row(pollId)).toBeUndefined();
    await runBatches(world).run(await load(), world.message("/done", { pollId }));
    expect(await client.nudge(pollId)).toEqual({ nudged: false, state: "succeeded" });
    const other = newPollId();
    await client.cancel(other);
    expect(await client.nudge(other)).toEqual({ nudged: false, state: "cancelled" });
  });

  it("that was cancelled after it was nudged is not asked", async () => {
    const pollId = newPollId();
    const handler = await load();
    await runBatches(world).run(
      handler,
      world.message("/pending", { pollId, delaySeconds: HOURS }),
    );
    await client.nudge(pollId);
    await client.cancel(pollId);
    expect(await hop(handler)).toBe(1);
    expect(await world.bodies(world.queues.outcomeQueueUrl)).toHaveLength(1);
  });
});
